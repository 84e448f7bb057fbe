using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Upstreams;
using Yarp.ReverseProxy.Forwarder;

namespace GlobalGateway.EdgeNode.Routes;

/// <summary>A plain service with its endpoints, breaker and transforms ready to forward.</summary>
public sealed class CompiledRoute
{
    public required Route Resource { get; init; }
    public required RouteMatcher Matcher { get; init; }
    public required ServiceTarget[] Near { get; init; }
    public required ServiceTarget[] Far { get; init; }
    public required TargetStrategy Strategy { get; init; }
    public required ProviderBulkhead Bulkhead { get; init; }
    public required HttpMessageInvoker Invoker { get; init; }
    public required RouteTransformer Transformer { get; init; }
    public required ForwarderRequestConfig RequestConfig { get; init; }

    public string Name => Resource.Name;

    /// <summary>Every endpoint in the order to try: the strategy's among near ones, then among far ones.</summary>
    public ServiceTarget[] Plan(in RoutingKey key)
    {
        var plan = new ServiceTarget[Near.Length + Far.Length];
        Order(Near, plan.AsSpan(0, Near.Length), key);
        Order(Far, plan.AsSpan(Near.Length), key);
        return plan;
    }

    private void Order(ServiceTarget[] targets, Span<ServiceTarget> plan, in RoutingKey key)
    {
        if (targets.Length == 0)
        {
            return;
        }

        Span<int> order = stackalloc int[targets.Length];
        Strategy.Order(order, targets, key);
        for (var i = 0; i < order.Length; i++)
        {
            plan[i] = targets[order[i]];
        }
    }
}
