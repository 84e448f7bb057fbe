namespace GlobalGateway.Replication.Redis;

/// <summary>What became of a rate that an edge said for its region.</summary>
public enum RegionRateOutcome
{
    /// <summary>Nothing is known: Redis did not answer, or is another server than before and has to be said again.</summary>
    Unknown = 0,
    Said = 1,
    HeldByAnother = 2,
}

/// <param name="Asked">Units that the region's edges were asked for since a rate was last said.</param>
public readonly record struct RegionRateAnswer(RegionRateOutcome Outcome, long Asked);
