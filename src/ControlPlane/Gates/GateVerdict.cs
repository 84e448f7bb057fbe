namespace GlobalGateway.ControlPlane.Gates;

/// <summary>What a gate says of a stage.</summary>
/// <param name="Reason">The number that fails it, beside the control's, or what is missing for a verdict; absent on pass.</param>
/// <param name="Evidence">The numbers of both sides in one line; absent without requests.</param>
public sealed record GateVerdict(GateOutcome Outcome, string? Reason = null, string? Evidence = null);

/// <summary>Whether a stage may go on.</summary>
public enum GateOutcome
{
    /// <summary>There are too few requests on a side to tell.</summary>
    Inconclusive,
    Pass,
    Fail,
}

/// <summary>How much worse the new revision may be; shares as fractions.</summary>
public sealed record GateLimits
{
    public double ErrorRatio { get; init; } = 0.001;
    public double DenialRatio { get; init; } = 0.001;

    /// <summary>By which share the p99 may rise.</summary>
    public double LatencyP99 { get; init; } = 0.10;

    /// <summary>Of the stage's edges together.</summary>
    public int Restarts { get; init; }
}
