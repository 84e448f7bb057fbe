using System.Collections.Frozen;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Routes;
using GlobalGateway.EdgeNode.Routing;

namespace GlobalGateway.EdgeNode.Snapshots;

/// <summary>Walks a snapshot as requests would, before any request does: what throws here must not throw there.</summary>
public static class SnapshotSelfTest
{
    /// <summary>Of these problems the first are told; one would do to refuse.</summary>
    public const int ProblemsMax = 20;

    private static readonly Operation[] Operations =
        [Operation.ChatCompletions, Operation.Responses, Operation.Embeddings, Operation.Messages, Operation.CountTokens, Operation.GenerateContent, Operation.StreamGenerateContent, Operation.GeminiCountTokens, Operation.EmbedContent, Operation.BatchEmbedContents];

    /// <summary>What is broken; empty when the snapshot can serve.</summary>
    public static IReadOnlyList<string> Run(GatewaySnapshot snapshot)
    {
        var broken = new List<string>();
        foreach (var model in snapshot.Models.Values.Distinct())
        {
            Check(broken, model.Resource.Id, () => Walk(snapshot, model));
        }

        foreach (var route in snapshot.Routes)
        {
            Check(broken, route.Resource.Id, () => Walk(snapshot, route));
        }

        var walked = new HashSet<FrozenSet<string>>(ReferenceEqualityComparer.Instance);
        foreach (var client in snapshot.Keys.Clients)
        {
            Check(broken, client.Tenant.Id, () =>
            {
                Expect(ReferenceEquals(snapshot.Keys.Find(client.Hash), client), "one of its keys is not found");
                Expect(snapshot.Resources.Tenants[client.TenantNumber].Name == client.Tenant.Name, "it is counted as another");
                Expect(!walked.Add(client.Models) || client.Models.All(name => snapshot.FindModel(name) is not null), "it may use a model that is not found");
            });
        }

        return broken;
    }

    private static void Walk(GatewaySnapshot snapshot, CompiledModel model)
    {
        foreach (var name in model.Resource.Aliases.Prepend(model.Name))
        {
            Expect(ReferenceEquals(snapshot.FindModel(name), model), "one of its names is not found");
        }

        foreach (var operation in Operations)
        {
            var plan = new List<ModelEndpoint>();
            model.AppendPlan(plan, operation, default);
            Expect(plan.Distinct().Count() == plan.Count, "its strategy names a target twice");
        }
    }

    private static void Walk(GatewaySnapshot snapshot, CompiledRoute route)
    {
        var match = route.Resource.Match;
        var request = new DefaultHttpContext().Request;
        request.Method = match.Methods is [var method, ..] ? method : HttpMethods.Get;
        request.Path = new PathString(match.Path.EndsWith("/**", StringComparison.Ordinal) ? match.Path[..^2] + "x" : match.Path);
        request.Host = new HostString(match.Host ?? "localhost");
        foreach (var header in match.Headers)
        {
            request.Headers[header.Name] = header.Value ?? "x";
        }

        request.QueryString = QueryString.Create(match.Query.Select(query => KeyValuePair.Create(query.Name, query.Value ?? "x"))!);
        Expect(route.Matcher.Matches(request), "a request as it describes does not match it");
        Expect(snapshot.MatchRoute(request) is not null, "a request as it describes finds no route");
        Expect(route.Plan(default).Length > 0, "it has no endpoint");
    }

    private static void Expect(bool holds, string problem)
    {
        if (!holds)
        {
            throw new InvalidOperationException(problem);
        }
    }

    private static void Check(List<string> broken, string id, Action test)
    {
        if (broken.Count >= ProblemsMax)
        {
            return;
        }

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
