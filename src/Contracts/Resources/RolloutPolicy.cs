using System.Text.Json.Serialization;
using GlobalGateway.Contracts.Values;

namespace GlobalGateway.Contracts.Resources;

/// <summary>In which order, how long and how carefully a change reaches the regions.</summary>
public sealed record RolloutPolicy : Resource
{
    public IReadOnlyList<RolloutStage> Stages { get; init; } = [];
    public TimeSpan MaxBake { get; init; } = TimeSpan.FromHours(2);
    public RolloutGates Gates { get; init; } = new();
}

/// <summary>One step: a canary edge of a region, or the whole region.</summary>
public sealed record RolloutStage
{
    public string? Canary { get; init; }
    public string? Region { get; init; }
    public required TimeSpan Bake { get; init; }
}

/// <summary>How much worse the new revision may be; shares as fractions, <c>+0.1%</c> is 0.001.</summary>
public sealed record RolloutGates
{
    [JsonConverter(typeof(ShareConverter))]
    public double ErrorRatio { get; init; } = 0.001;
    [JsonConverter(typeof(ShareConverter))]
    public double DenialRatio { get; init; } = 0.001;
    [JsonConverter(typeof(ShareConverter))]
    public double LatencyP99 { get; init; } = 0.10;
    public int Restarts { get; init; }
}
