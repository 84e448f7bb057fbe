using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.EdgeNode.Routing;

/// <summary>Orders targets, the one to try first at the front. Safe to call at once from many requests.</summary>
public abstract class TargetStrategy
{
    /// <summary>Fills <paramref name="order"/> with every index of <paramref name="targets"/> once.</summary>
    public abstract void Order(Span<int> order, ReadOnlySpan<BalancedTarget> targets, in RoutingKey key);

    /// <param name="random">Draws in [0, 1); injected so that tests repeat.</param>
    public static TargetStrategy Create(Strategy strategy, Func<double> random) => strategy switch
    {
        Strategy.RoundRobin => new RoundRobinStrategy(),
        Strategy.WeightedRoundRobin => new WeightedRoundRobinStrategy(),
        Strategy.LeastRequests => new LeastRequestsStrategy(random),
        Strategy.IpHash => new IpHashStrategy(),
        Strategy.Latency => new LatencyStrategy(random),
        Strategy.Cost => new CostStrategy(),
        Strategy.Priority => new PriorityStrategy(random),
        _ => throw new ArgumentOutOfRangeException(nameof(strategy), strategy, null),
    };

    private protected static void Identity(Span<int> order)
    {
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }
    }

    /// <summary>Insertion sort by ascending score: stable, and lists are short.</summary>
    private protected static void SortByScore(Span<int> order, Span<double> scores)
    {
        for (var i = 1; i < order.Length; i++)
        {
            var index = order[i];
            var score = scores[index];
            var j = i - 1;
            while (j >= 0 && scores[order[j]] > score)
            {
                order[j + 1] = order[j];
                j--;
            }

            order[j + 1] = index;
        }
    }

    private protected static void MoveToFront(Span<int> order, int position)
    {
        var chosen = order[position];
        order[..position].CopyTo(order[1..]);
        order[0] = chosen;
    }
}
