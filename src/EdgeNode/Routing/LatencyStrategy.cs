namespace GlobalGateway.EdgeNode.Routing;

/// <summary>The less loaded of two random targets among those within a quarter of the fastest first token; a few requests explore the others.</summary>
public sealed class LatencyStrategy(Func<double> random) : TargetStrategy
{
    /// <summary>Targets this much slower than the best still share the load.</summary>
    public const double Tolerance = 1.25;

    /// <summary>Milliseconds; so small a difference is noise, and nobody waits for it.</summary>
    public const double ToleranceMin = 5;

    /// <summary>Share of requests that measure a slower target.</summary>
    public const double Exploration = 0.01;

    public override void Order(Span<int> order, ReadOnlySpan<BalancedTarget> targets, in RoutingKey key)
    {
        Identity(order);
        if (targets.Length == 1)
        {
            return;
        }

        // An unmeasured target scores zero and so is tried first, which measures it.
        Span<double> scores = stackalloc double[targets.Length];
        for (var i = 0; i < targets.Length; i++)
        {
            scores[i] = targets[i].Weight == 0 ? double.MaxValue : targets[i].State.FirstTokens(key).Milliseconds;
        }

        SortByScore(order, scores);
        var best = scores[order[0]];
        var bound = best == 0 ? 0 : Math.Max(best * Tolerance, best + ToleranceMin);
        var near = 1;
        while (near < order.Length && scores[order[near]] <= bound)
        {
            near++;
        }

        if (near < order.Length && random() < Exploration)
        {
            MoveToFront(order, near + (int)(random() * (order.Length - near)));
            return;
        }

        var first = (int)(random() * near);
        var second = (int)(random() * near);
        MoveToFront(order, targets[order[second]].State.InFlight < targets[order[first]].State.InFlight ? second : first);
    }
}
