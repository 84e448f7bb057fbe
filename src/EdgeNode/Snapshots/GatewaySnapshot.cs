using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.EdgeNode.Snapshots;

/// <summary>One revision of the configuration, compiled for lookups; immutable, so a request keeps the one it started with.</summary>
public sealed class GatewaySnapshot
{
    public required string Revision { get; init; }
    public required ResourceSet Resources { get; init; }
}
