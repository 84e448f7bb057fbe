using System.Collections.Frozen;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Quota;
using GlobalGateway.EdgeNode.Routes;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Signals;
using GlobalGateway.EdgeNode.Tenancy;
using GlobalGateway.EdgeNode.Upstreams;

namespace GlobalGateway.EdgeNode.Snapshots;

/// <summary>One revision of the configuration, compiled for lookups; immutable, so a request keeps the one it started with.</summary>
public sealed class GatewaySnapshot
{
    public required BundleIdentity Bundle { get; init; }

    public string Revision => Bundle.Revision;

    public required ResourceSet Resources { get; init; }
    public required KeyIndex Keys { get; init; }

    /// <summary>By public name and alias.</summary>
    public required FrozenDictionary<string, CompiledModel> Models { get; init; }

    /// <summary>Most exact first.</summary>
    public required CompiledRoute[] Routes { get; init; }

    /// <summary>Names of headers that some route matches.</summary>
    public required string[] MatchedHeaders { get; init; }

    public required ProviderRuntime[] Providers { get; init; }

    /// <summary>How the requests fare that began under this snapshot.</summary>
    public required BundleSignals Signals { get; init; }

    public required CompiledBudget[] Budgets { get; init; }

    /// <summary>For tests of what a bundle that kills processes does: the first request ends this one. See <see cref="Hosting.EdgeOptions.DieOnMark"/>.</summary>
    public bool IsDeadly { get; init; }

    /// <summary>When this revision was compiled, for model listings.</summary>
    public required DateTimeOffset CompiledAt { get; init; }

    /// <summary>Of every target of every model.</summary>
    public IEnumerable<TargetBreaker> Breakers() =>
        Models.Values.Distinct().SelectMany(m => m.Near.Concat(m.Far)).SelectMany(t => t.Breakers).DistinctBy(b => b.Id);

    /// <summary>
    /// The time that validity is judged by: while this edge's clock reads earlier than the bundle's creation it is wrong, and that creation
    /// is the latest time known to have come.
    /// </summary>
    public DateTimeOffset JudgedTime(DateTimeOffset now) => now < Bundle.CreatedAt ? Bundle.CreatedAt : now;

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
