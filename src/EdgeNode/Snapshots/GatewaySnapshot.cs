using System.Collections.Frozen;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Quota;
using GlobalGateway.EdgeNode.Routes;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Tenancy;
using GlobalGateway.EdgeNode.Upstreams;

namespace GlobalGateway.EdgeNode.Snapshots;

/// <summary>One revision of the configuration, compiled for lookups; immutable, so a request keeps the one it started with.</summary>
public sealed class GatewaySnapshot
{
    public required string Revision { get; init; }
    public required ResourceSet Resources { get; init; }
    public required KeyIndex Keys { get; init; }

    /// <summary>By public name and alias.</summary>
    public required FrozenDictionary<string, CompiledModel> Models { get; init; }

    /// <summary>Most exact first.</summary>
    public required CompiledRoute[] Routes { get; init; }

    public required ProviderRuntime[] Providers { get; init; }

    public required CompiledBudget[] Budgets { get; init; }

    /// <summary>When this revision was compiled, for model listings.</summary>
    public required DateTimeOffset CompiledAt { get; init; }

    /// <summary>Of every target of every model.</summary>
    public IEnumerable<TargetBreaker> Breakers() =>
        Models.Values.Distinct().SelectMany(m => m.Near.Concat(m.Far)).SelectMany(t => t.Breakers).DistinctBy(b => b.Id);

    public CompiledModel? FindModel(string name) => Models.GetValueOrDefault(name);

    public CompiledRoute? MatchRoute(HttpRequest request)
    {
        foreach (var route in Routes)
        {
            if (route.Matcher.Matches(request))
            {
                return route;
            }
        }

        return null;
    }
}
