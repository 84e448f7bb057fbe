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
}
