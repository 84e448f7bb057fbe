using System.Collections.Frozen;
using GlobalGateway.Replication.RateLimits;

namespace GlobalGateway.EdgeNode.Limits;

/// <summary>One unit of one RateLimit as it holds for one client.</summary>
public sealed class CompiledLimit
{
    /// <summary>The RateLimit's name.</summary>
    public required string Name { get; init; }

    /// <summary>Identifies the counter in the region's store.</summary>
    public required string Key { get; init; }

    public required bool CountsTokens { get; init; }

    public required Gcra Rate { get; init; }

    /// <summary>Units per window, as configured.</summary>
    public required long Limit { get; init; }

    /// <summary>Models it governs; empty governs all.</summary>
    public required FrozenSet<string> Models { get; init; }

    /// <summary>Regions lend each other parts of it.</summary>
    public bool IsGlobal { get; init; }

    /// <summary>By which name they do.</summary>
    public string SharedAs => field ??= RateLending.NameOf(Key, Rate);

    public string Unit => CountsTokens ? "tokens" : "requests";

    public bool Governs(string model) => Models.Count == 0 || Models.Contains(model);
}
