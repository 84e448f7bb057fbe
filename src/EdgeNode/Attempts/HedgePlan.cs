using System.Globalization;
using GlobalGateway.EdgeNode.Admission;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Upstreams;
using Polly.CircuitBreaker;

namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>
/// A second call at the next target, made when the first is slower than its own percentile (Dean and Barroso, "The Tail at
/// Scale"); only a small share of a model's requests may take one.
/// </summary>
public sealed record HedgePlan(ModelEndpoint First, ModelEndpoint Second, TimeSpan After, RetryBudget Budget)
{
    /// <summary>Nothing when the model does not hedge, its first target's times are not known yet, or the second does not take calls.</summary>
    public static HedgePlan? For(CompiledModel model, in BodyFacts facts, bool stream, List<ModelEndpoint> targets)
    {
        if (model.Resource.Hedging is not { } hedging)
        {
            return null;
        }

        model.HedgeBudget.OnRequest();
        var (first, second) = (targets[0], targets[1]);
        var share = int.Parse(hedging.After.AsSpan(1), CultureInfo.InvariantCulture) / 100.0;
        var key = new RoutingKey(0, facts.InputTokens, 0, stream);
        return first.State.FirstTokens(key).Percentile(share) is { } after && !second.State.CoolingDown
            && second.Breakers.All(b => b.State == CircuitState.Closed) && second.Provider.Bulkhead.HasRoom
            ? new HedgePlan(first, second, after, model.HedgeBudget)
            : null;
    }

    public bool TryTake() => Budget.TryTake();
}
