using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Upstreams;

namespace GlobalGateway.EdgeNode.Routes;

/// <summary>One base URL of a plain service.</summary>
public sealed class ServiceTarget : BalancedTarget
{
    public required string Url { get; init; }
    public required TargetBreaker Breaker { get; init; }
}
