using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Upstreams;

namespace GlobalGateway.EdgeNode.Routing;

/// <summary>A public model with its targets resolved: near ones first, the rest for failover.</summary>
public sealed class CompiledModel
{
    public required Model Resource { get; init; }

    /// <summary>Targets at endpoints of this region or of none.</summary>
    public required ModelEndpoint[] Near { get; init; }

    /// <summary>Endpoints of other regions, for targets that have near ones too.</summary>
    public required ModelEndpoint[] Far { get; init; }

    public required TargetStrategy Strategy { get; init; }

    /// <summary>How many of the model's requests may be hedged.</summary>
    public required RetryBudget HedgeBudget { get; init; }

    public string Name => Resource.Name;

    /// <summary>Orders the targets that can take the operation: the strategy's choice among near ones, then among far ones.</summary>
    public void AppendPlan(List<ModelEndpoint> plan, Operation operation, in RoutingKey key)
    {
        var first = plan.Count;
        Append(plan, Near, operation, key);
        Append(plan, Far, operation, key);
        MoveSuspectsBack(plan, first);
    }

    // Targets whose probes fail are tried only when nobody else answers.
    private static void MoveSuspectsBack(List<ModelEndpoint> plan, int first)
    {
        var end = plan.Count;
        for (var i = first; i < end;)
        {
            var target = plan[i];
            if (!target.State.Suspect)
            {
                i++;
                continue;
            }

            plan.RemoveAt(i);
            plan.Add(target);
            end--;
        }
    }

    private void Append(List<ModelEndpoint> plan, ModelEndpoint[] targets, Operation operation, in RoutingKey key)
    {
        // Models hold at most a handful of targets (the loader bounds them), so the stack holds every order.
        Span<int> usable = stackalloc int[targets.Length];
        var count = 0;
        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i].Serves(operation) && targets[i].Provider.CanCall(targets[i].Endpoint))
            {
                usable[count++] = i;
            }
        }

        if (count == 0)
        {
            return;
        }

        var candidates = new BalancedTarget[count];
        for (var i = 0; i < count; i++)
        {
            candidates[i] = targets[usable[i]];
        }

        Span<int> order = stackalloc int[count];
        Strategy.Order(order, candidates, key);
        foreach (var index in order)
        {
            plan.Add((ModelEndpoint)candidates[index]);
        }
    }
}
