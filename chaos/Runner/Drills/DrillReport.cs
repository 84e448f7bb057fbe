using System.Globalization;
using GlobalGateway.Chaos.Experiments;
using GlobalGateway.Chaos.Traffic;

namespace GlobalGateway.Chaos.Drills;

/// <summary>What a drill showed.</summary>
public sealed record DrillReport(Experiment Experiment, IReadOnlyList<DrillPhase> Phases, IReadOnlyList<DrillEvent> Events)
{
    private const int PhasesOfAWholeDrill = 3;

    /// <summary>Every phase ran and held.</summary>
    public bool Passed => Phases.Count == PhasesOfAWholeDrill && Phases.All(phase => phase.Held);
}

/// <summary>The traffic of one phase against its bound.</summary>
public sealed record DrillPhase(string Name, TrafficReport Traffic, SteadyState Bound)
{
    public bool Held => Traffic.Holds(Bound);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(Held ? "✓" : "✗")} success {Traffic.Success * 100:0.##} % of {Traffic.Requests}, p99 {Traffic.P99.TotalMilliseconds:0} ms{(Traffic.FirstFailure is null ? "" : $", first failure: {Traffic.FirstFailure}")}");
}

/// <summary>One line of a drill's story.</summary>
public sealed record DrillEvent(TimeSpan At, string What, string Text);
