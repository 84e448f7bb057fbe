namespace GlobalGateway.Contracts.Resources;

/// <summary>A whole, validated configuration: every list sorted by name, every reference resolvable.</summary>
public sealed record ResourceSet
{
    public IReadOnlyList<Region> Regions { get; init; } = [];
    public IReadOnlyList<Provider> Providers { get; init; } = [];
    public IReadOnlyList<Model> Models { get; init; } = [];
    public IReadOnlyList<Route> Routes { get; init; } = [];
    public IReadOnlyList<Tenant> Tenants { get; init; } = [];
    public IReadOnlyList<RateLimit> RateLimits { get; init; } = [];
    public IReadOnlyList<Budget> Budgets { get; init; } = [];
    public IReadOnlyList<Guardrail> Guardrails { get; init; } = [];
    public IReadOnlyList<CachePolicy> CachePolicies { get; init; } = [];
    public IReadOnlyList<FailoverPolicy> FailoverPolicies { get; init; } = [];
    public IReadOnlyList<RolloutPolicy> RolloutPolicies { get; init; } = [];

    /// <summary>Every resource of every kind, by kind and then by name.</summary>
    public IEnumerable<Resource> All() =>
        ((IEnumerable<Resource>)Budgets).Concat(CachePolicies).Concat(FailoverPolicies).Concat(Guardrails).Concat(Models).Concat(Providers)
            .Concat(RateLimits).Concat(Regions).Concat(RolloutPolicies).Concat(Routes).Concat(Tenants);

    /// <summary>The id of a resource that is there more than once; absent when all differ.</summary>
    public string? FirstTwice()
    {
        foreach (var kind in (ReadOnlySpan<IReadOnlyList<Resource>>)
            [Budgets, CachePolicies, FailoverPolicies, Guardrails, Models, Providers, RateLimits, Regions, RolloutPolicies, Routes, Tenants])
        {
            for (var at = 1; at < kind.Count; at++)
            {
                if (kind[at].Name == kind[at - 1].Name)
                {
                    return kind[at].Id;
                }
            }
        }

        return null;
    }

    /// <summary>Sorts resources in any order into their kinds.</summary>
    public static ResourceSet Of(IEnumerable<Resource> resources)
    {
        var kinds = resources.ToLookup(resource => resource.GetType());
        return new ResourceSet
        {
            Regions = Named<Region>(kinds),
            Providers = Named<Provider>(kinds),
            Models = Named<Model>(kinds),
            Routes = Named<Route>(kinds),
            Tenants = Named<Tenant>(kinds),
            RateLimits = Named<RateLimit>(kinds),
            Budgets = Named<Budget>(kinds),
            Guardrails = Named<Guardrail>(kinds),
            CachePolicies = Named<CachePolicy>(kinds),
            FailoverPolicies = Named<FailoverPolicy>(kinds),
            RolloutPolicies = Named<RolloutPolicy>(kinds),
        };
    }

    private static List<T> Named<T>(ILookup<Type, Resource> kinds)
        where T : Resource
    {
        var list = kinds[typeof(T)].Cast<T>().ToList();
        for (var at = 1; at < list.Count; at++)
        {
            if (string.CompareOrdinal(list[at - 1].Name, list[at].Name) > 0)
            {
                return [.. list.OrderBy(resource => resource.Name, StringComparer.Ordinal)];
            }
        }

        // As bundles have them: in their order already.
        return list;
    }
}
