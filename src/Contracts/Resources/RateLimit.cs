using System.Text.Json.Serialization;
using GlobalGateway.Contracts.Values;

namespace GlobalGateway.Contracts.Resources;

/// <summary>How fast somebody may ask; at least one of requests and tokens is set.</summary>
public sealed record RateLimit : Resource
{
    public required AppliesTo AppliesTo { get; init; }
    public Rate? Requests { get; init; }
    public Rate? Tokens { get; init; }
    public RateScope Scope { get; init; } = RateScope.Region;
}

/// <summary>A sustained rate and how much may come at once.</summary>
public sealed record Rate
{
    /// <summary>Units per <see cref="Per"/>; at least 1.</summary>
    public required long Limit { get; init; }

    /// <summary>1 s to 1 d.</summary>
    public required TimeSpan Per { get; init; }

    /// <summary>Units that may come at once; absent: as <see cref="Limit"/>.</summary>
    public long? Burst { get; init; }
}

[JsonConverter(typeof(CamelCaseEnumConverter<RateScope>))]
public enum RateScope
{
    Region,
    Global,
}
