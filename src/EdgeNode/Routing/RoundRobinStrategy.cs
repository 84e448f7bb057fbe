namespace GlobalGateway.EdgeNode.Routing;

/// <summary>Each target in turn; failover goes on to the next in turn.</summary>
public sealed class RoundRobinStrategy : TargetStrategy
{
    private uint _next = uint.MaxValue;

    public override void Order(Span<int> order, ReadOnlySpan<BalancedTarget> targets, in RoutingKey key)
    {
        var first = (int)(Interlocked.Increment(ref _next) % (uint)targets.Length);
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = (first + i) % targets.Length;
        }
    }
}
