using GlobalGateway.Contracts.Resources;
using GlobalGateway.ControlPlane.Gates;

namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>A bundle that is in the store, with what a rollout needs to know of it.</summary>
public sealed record RolloutBundle
{
    /// <summary>The digest of its manifest.</summary>
    public required string Bundle { get; init; }

    public required string ContentHash { get; init; }

    /// <summary>What people are shown: the first digits of the content hash.</summary>
    public required string Revision { get; init; }

    /// <summary>How many resources of each kind.</summary>
    public required IReadOnlyDictionary<string, int> Resources { get; init; }

    /// <summary>The Regions it names.</summary>
    public required IReadOnlyList<string> Regions { get; init; }

    /// <summary>How the change after this one is rolled out.</summary>
    public required RolloutRules Rules { get; init; }

    public required RevisionOrigin Origin { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <param name="bundle">The digest of its manifest.</param>
    public static RolloutBundle Of(ResourceSet resources, string bundle, string contentHash, DateTimeOffset at, RevisionOrigin origin) => new()
    {
        Bundle = bundle,
        ContentHash = contentHash,
        Revision = Contracts.Canonical.ContentHash.Revision(contentHash),
        Resources = resources.All().GroupBy(resource => resource.Kind, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal),
        Regions = [.. resources.Regions.Select(region => region.Name)],
        Rules = RolloutRules.Of(resources),
        Origin = origin,
        At = at,
    };
}

/// <summary>A <see cref="RolloutPolicy"/> as rollouts keep it.</summary>
public sealed record RolloutRules
{
    public IReadOnlyList<RuleStage> Stages { get; init; } = [];
    public TimeSpan MaxBake { get; init; } = TimeSpan.FromHours(2);
    public GateLimits Gates { get; init; } = new();

    /// <summary>The policy named <c>default</c>, else the first; without any, the defaults.</summary>
    public static RolloutRules Of(ResourceSet resources)
    {
        var policy = resources.RolloutPolicies.FirstOrDefault(policy => policy.Name == "default") ?? (resources.RolloutPolicies is [var any, ..] ? any : null);
        return policy is null
            ? new RolloutRules()
            : new RolloutRules
            {
                Stages = [.. policy.Stages.Select(stage => new RuleStage(stage.Canary is not null, stage.Canary ?? stage.Region!, stage.Bake))],
                MaxBake = policy.MaxBake,
                Gates = new GateLimits
                {
                    ErrorRatio = policy.Gates.ErrorRatio,
                    DenialRatio = policy.Gates.DenialRatio,
                    LatencyP99 = policy.Gates.LatencyP99,
                    Restarts = policy.Gates.Restarts,
                },
            };
    }
}

/// <param name="Canary">One edge of the region, else all of it.</param>
public sealed record RuleStage(bool Canary, string Region, TimeSpan Bake);
