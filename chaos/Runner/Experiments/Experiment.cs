namespace GlobalGateway.Chaos.Experiments;

/// <summary>What is done to a fleet, under which traffic, and what must stay true.</summary>
public sealed record Experiment
{
    public static readonly TimeSpan ForMax = TimeSpan.FromMinutes(10);
    public const int RequestsPerSecondMax = 500;

    /// <summary>The file's name without its ending.</summary>
    public required string Name { get; init; }

    public required string Title { get; init; }
    public required string Hypothesis { get; init; }
    public required TrafficShape Traffic { get; init; }
    public required SteadyState SteadyState { get; init; }
    public required IReadOnlyList<DrillAction> Actions { get; init; }

    /// <summary>How long the actions last before they are rolled back; at most <see cref="ForMax"/>.</summary>
    public required TimeSpan For { get; init; }
}

/// <summary>The requests that go on all the time.</summary>
public sealed record TrafficShape(string Model, IReadOnlyList<string> Regions, int RequestsPerSecond, bool Streams);

/// <summary>What "as always" means.</summary>
public sealed record SteadyState(double SuccessAtLeast, TimeSpan P99AtMost);

/// <summary>One thing that is done and undone again.</summary>
public abstract record DrillAction;

/// <summary>A fault rule of the simulator, as its admin API takes it (JSON).</summary>
public sealed record FaultAction(string Rule) : DrillAction;

/// <summary>A process that is ended as by a power cut; undone by starting it again.</summary>
public sealed record KillAction(string Process) : DrillAction;

/// <summary>A process that is asked to drain and end; undone by starting it again.</summary>
public sealed record StopAction(string Process) : DrillAction;
