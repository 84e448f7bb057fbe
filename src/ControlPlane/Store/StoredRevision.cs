using System.Text.Json.Serialization;

namespace GlobalGateway.ControlPlane.Store;

/// <summary>One move of the pointer, as the store keeps it.</summary>
public sealed record StoredRevision
{
    public required long Sequence { get; init; }

    /// <summary>What people are shown: the first digits of the content hash.</summary>
    public required string Revision { get; init; }

    public required string ContentHash { get; init; }
    public required string Bundle { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>How many resources of each kind.</summary>
    public required IReadOnlyDictionary<string, int> Resources { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(StoredRevision))]
internal sealed partial class StoreJsonContext : JsonSerializerContext;
