using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Routing;

namespace GlobalGateway.EdgeNode.Snapshots;

/// <summary>Walks a snapshot as requests would, before any request does: what throws here must not throw there.</summary>
public static class SnapshotSelfTest
{
    private static readonly Operation[] Operations =
        [Operation.ChatCompletions, Operation.Responses, Operation.Embeddings, Operation.Messages, Operation.CountTokens, Operation.GenerateContent, Operation.StreamGenerateContent, Operation.GeminiCountTokens, Operation.EmbedContent, Operation.BatchEmbedContents];

    /// <summary>What is broken; empty when the snapshot can serve.</summary>
    public static IReadOnlyList<string> Run(GatewaySnapshot snapshot)
    {
        var broken = new List<string>();
        foreach (var model in snapshot.Models.Values.Distinct())
        {
            Check(broken, model.Resource.Id, () =>
            {
                foreach (var operation in Operations)
                {
                    var plan = new List<ModelEndpoint>();
                    model.AppendPlan(plan, operation, default);
                    if (plan.Distinct().Count() != plan.Count)
                    {
                        throw new InvalidOperationException("its strategy names a target twice");
                    }
                }
            });
        }

        foreach (var route in snapshot.Routes)
        {
            Check(broken, route.Resource.Id, () => _ = route.Plan(default));
        }

        return broken;
    }

    private static void Check(List<string> broken, string id, Action test)
    {
        try
        {
            test();
        }
        catch (Exception e)
        {
            broken.Add($"{id}: the self-test failed: {e.Message}");
        }
    }
}
