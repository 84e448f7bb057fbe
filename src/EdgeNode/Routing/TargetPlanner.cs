using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Requests;

namespace GlobalGateway.EdgeNode.Routing;

/// <summary>Lists the targets of models in the order to try them: each model's own order, and a conversation's last target first.</summary>
public sealed class TargetPlanner(AffinityMemory memory)
{
    /// <summary>Models followed through fallbacks, the first included.</summary>
    public const int ModelsMax = 4;

    /// <summary>Assumed when the client states no limit; only compares targets with each other.</summary>
    private const long DefaultOutputTokens = 500;

    /// <summary>The request's model, then its fallbacks.</summary>
    public List<ModelEndpoint> Plan(GatewayRequest request, uint clientHash)
    {
        var plan = Plan(request, clientHash, [request.Model!.Name]);
        plan.AddRange(Plan(request, clientHash, request.Model.Resource.Fallbacks));
        return plan;
    }

    /// <summary>The named models, as far as the client may use them.</summary>
    public List<ModelEndpoint> Plan(GatewayRequest request, uint clientHash, IReadOnlyList<string> models)
    {
        var key = new RoutingKey(clientHash, request.Facts.InputTokens, request.Facts.MaxOutputTokens ?? DefaultOutputTokens, request.IsStream);
        var plan = new List<ModelEndpoint>(4);
        for (var i = 0; i < models.Count && i < ModelsMax; i++)
        {
            if (request.Snapshot!.FindModel(models[i]) is { } model && request.Client!.MayUse(model.Name))
            {
                var first = plan.Count;
                model.AppendPlan(plan, request.Operation, key);
                PreferLast(plan, first, request, model, key);
                PreferKeeping(plan, first, request);
            }
        }

        return plan;
    }

    /// <summary>Remembers who answered, for the conversation's next turn.</summary>
    public void Answered(GatewayRequest request, ModelEndpoint target)
    {
        if (AffinityKey.Of(request, request.Model!.Resource.Affinity) is { } key)
        {
            memory.Remember(key, target.Id);
        }
    }

    private void PreferLast(List<ModelEndpoint> plan, int first, GatewayRequest request, CompiledModel model, in RoutingKey key)
    {
        if (plan.Count - first < 2 || !HasToStay(request) || AffinityKey.Of(request, model.Resource.Affinity) is not { } conversation || memory.Find(conversation) is not { } last)
        {
            return;
        }

        for (var i = first + 1; i < plan.Count; i++)
        {
            if (plan[i].Id == last && plan[i].State is { CoolingDown: false, Suspect: false } && !IsMuchSlower(plan[i], plan[first], key, model.Resource.AffinitySlowerMax))
            {
                var target = plan[i];
                plan.RemoveAt(i);
                plan.Insert(first, target);
                return;
            }
        }
    }

    // A client that goes on with its last response needs it kept; a target that keeps none is for failover then.
    private static void PreferKeeping(List<ModelEndpoint> plan, int first, GatewayRequest request)
    {
        if (request.Operation == Operation.Responses && !request.Facts.StoresNothing)
        {
            var keeping = plan[first..].OrderBy(t => t.Urls.For(Operation.Responses) is null).ToArray();
            plan.RemoveRange(first, keeping.Length);
            plan.AddRange(keeping);
        }
    }

    /// <summary>A short conversation has no prompt cached; only items that a provider keeps hold it to its target.</summary>
    private static bool HasToStay(GatewayRequest request) =>
        request.Operation != Operation.Responses || request.Facts.InputTokens >= AffinityKey.CachedTokensMin
        || request.Body!.Span.IndexOf("\"rs_"u8) >= 0 || request.Body.Span.IndexOf("\"item_reference\""u8) >= 0;

    private static bool IsMuchSlower(ModelEndpoint last, ModelEndpoint best, in RoutingKey key, int slowerMax)
    {
        var fastest = best.State.FirstTokens(key).Milliseconds;
        return fastest > 0 && last.State.FirstTokens(key).Milliseconds > Math.Max(fastest * slowerMax, fastest + AffinityMemory.SlowerByMin);
    }
}
