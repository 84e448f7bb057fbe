using System.Text.Json;
using GlobalGateway.Contracts.Bundles;

namespace GlobalGateway.Contracts.Fleet;

/// <summary>The signed documents that an edge's disk holds, as it answers <see cref="FleetProtocol.HeldPath"/>: enough for a neighbour with an empty disk to serve.</summary>
/// <param name="Pointers">At most <see cref="PointersMax"/>, newest first; those for one edge alone are of no use to another.</param>
public sealed record HeldDocuments(IReadOnlyList<SignedDocument> Pointers, SignedDocument? Revocations = null)
{
    public const int PointersMax = 8;

    /// <summary>Of the whole as JSON.</summary>
    public const int BytesMax = 1024 * 1024;

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, FleetJsonContext.Default.HeldDocuments);

    /// <exception cref="BundleException">The bytes are no such documents.</exception>
    public static HeldDocuments Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, FleetJsonContext.Default.HeldDocuments) is { } held && held.Pointers.Count <= PointersMax && held.Pointers.All(pointer => pointer is not null)
                ? held
                : throw new BundleException("the held documents are none or too many");
        }
        catch (JsonException)
        {
            throw new BundleException("the held documents are not JSON of this version");
        }
    }
}
