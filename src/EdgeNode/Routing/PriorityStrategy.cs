namespace GlobalGateway.EdgeNode.Routing;

/// <summary>The lowest priority number that can serve; within one number, at random by weight.</summary>
public sealed class PriorityStrategy(Func<double> random) : TargetStrategy
{
    public override void Order(Span<int> order, ReadOnlySpan<BalancedTarget> targets, in RoutingKey key)
    {
        Identity(order);
        Span<double> scores = stackalloc double[targets.Length];
        for (var i = 0; i < targets.Length; i++)
        {
            // An exponential draw of rate = weight puts each first with probability weight / total; squeezed below 1 so that priority rules.
            var draw = -Math.Log(1 - random()) / Math.Max(targets[i].Weight, 1e-3);
            scores[i] = targets[i].Priority + draw / (1 + draw);
        }

        SortByScore(order, scores);
    }
}
