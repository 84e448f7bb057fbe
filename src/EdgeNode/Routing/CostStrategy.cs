namespace GlobalGateway.EdgeNode.Routing;

/// <summary>The cheapest target for this prompt and answer size; equal prices keep their order.</summary>
public sealed class CostStrategy : TargetStrategy
{
    public override void Order(Span<int> order, ReadOnlySpan<BalancedTarget> targets, in RoutingKey key)
    {
        Identity(order);
        Span<double> scores = stackalloc double[targets.Length];
        for (var i = 0; i < targets.Length; i++)
        {
            scores[i] = targets[i] is ModelEndpoint model
                ? (double)model.Prices.Input.Value * key.InputTokens + (double)model.Prices.Output.Value * key.OutputTokens
                : 0;
        }

        SortByScore(order, scores);
    }
}
