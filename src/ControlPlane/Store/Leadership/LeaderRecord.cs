using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GlobalGateway.ControlPlane.Store.Leadership;

/// <summary>The value of the leader key.</summary>
/// <param name="Campaign">Random: a restored store hands revisions out again, but never this.</param>
/// <param name="Plane">The leader's name.</param>
/// <param name="Api">The leader's API.</param>
public sealed record LeaderRecord(string Campaign, string Plane, string Api)
{
    private const int CampaignBytes = 16;

    public static LeaderRecord Of(PlaneIdentity plane) =>
        new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(CampaignBytes)), plane.Name, plane.Api);

    /// <returns>Nothing where nobody leads, or where the value is none of this version.</returns>
    public static LeaderRecord? Read(StoreEntry? entry)
    {
        try
        {
            return entry is null ? null : JsonSerializer.Deserialize(entry.Value, LeadershipJsonContext.Default.LeaderRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, LeadershipJsonContext.Default.LeaderRecord);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(LeaderRecord))]
internal sealed partial class LeadershipJsonContext : JsonSerializerContext;
