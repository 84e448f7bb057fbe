using System.Text.Json.Serialization;
using GlobalGateway.Contracts.Bundles;

namespace GlobalGateway.EdgeNode.Configuration;

/// <summary>What an edge remembers of what it served.</summary>
public sealed record HeldBundles
{
    /// <summary>The highest sequence ever served; nothing older is taken, across restarts too.</summary>
    public required long Sequence { get; init; }

    /// <summary>Newest first.</summary>
    public required IReadOnlyList<SignedDocument> Pointers { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, MaxDepth = 8)]
[JsonSerializable(typeof(HeldBundles))]
internal sealed partial class HeldJsonContext : JsonSerializerContext;
