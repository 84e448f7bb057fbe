namespace GlobalGateway.Cli.Spec;

/// <summary>How checking one configuration ended; the names are written to JSON.</summary>
internal enum SpecOutcome
{
    /// <summary>Every state was visited and every invariant holds in it.</summary>
    Clean,

    /// <summary>An invariant does not hold in some state.</summary>
    Refuted,

    /// <summary>Stopped at its time limit; no violation so far.</summary>
    TimedOut,

    /// <summary>The checker could not work.</summary>
    Broken,
}

/// <param name="Detail">The invariant that does not hold, or why the checker could not work.</param>
internal sealed record SpecResult(SpecConfiguration Configuration, SpecOutcome Outcome, long DistinctStates, string? Detail, TimeSpan Took)
{
    public bool AsExpected => Outcome == (Configuration.IsBug ? SpecOutcome.Refuted : SpecOutcome.Clean);
}
