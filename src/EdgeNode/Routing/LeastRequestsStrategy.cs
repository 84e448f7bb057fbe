namespace GlobalGateway.EdgeNode.Routing;

/// <summary>The target with the fewest requests in flight for its weight; ties at random.</summary>
public sealed class LeastRequestsStrategy(Func<double> random) : TargetStrategy
{
    public override void Order(Span<int> order, ReadOnlySpan<BalancedTarget> targets, in RoutingKey key)
    {
        Identity(order);
        Span<double> scores = stackalloc double[targets.Length];
        for (var i = 0; i < targets.Length; i++)
        {
            // The draw is below the step of one request, so it only separates equals.
            scores[i] = targets[i].Weight == 0
                ? double.MaxValue
                : (targets[i].State.InFlight + 1 + random() * 1e-6) / targets[i].Weight;
        }

        SortByScore(order, scores);
    }
}
