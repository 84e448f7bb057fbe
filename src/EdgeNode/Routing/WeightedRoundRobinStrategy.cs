namespace GlobalGateway.EdgeNode.Routing;

/// <summary>Turns in proportion to weight, spread evenly (nginx's smooth weighted round robin); weight 0 only for failover.</summary>
public sealed class WeightedRoundRobinStrategy : TargetStrategy
{
    private readonly Lock _gate = new();
    private long[] _current = [];

    public override void Order(Span<int> order, ReadOnlySpan<BalancedTarget> targets, in RoutingKey key)
    {
        Identity(order);
        Span<double> scores = stackalloc double[targets.Length];
        lock (_gate)
        {
            if (_current.Length != targets.Length)
            {
                _current = new long[targets.Length];
            }

            long total = 0;
            var best = -1;
            for (var i = 0; i < targets.Length; i++)
            {
                total += targets[i].Weight;
                _current[i] += targets[i].Weight;
                scores[i] = targets[i].Weight == 0 ? double.MaxValue : -_current[i];
                if (targets[i].Weight > 0 && (best < 0 || _current[i] > _current[best]))
                {
                    best = i;
                }
            }

            if (best >= 0)
            {
                _current[best] -= total;
            }
        }

        SortByScore(order, scores);
    }
}
