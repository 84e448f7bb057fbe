namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>What is to be written in one transaction, and told.</summary>
/// <param name="State">With a higher version when anything changed.</param>
/// <param name="Moves">Pointers to sign and write.</param>
/// <param name="Dropped">Cohorts whose pointers are deleted: a newer one of their region stands above them.</param>
/// <param name="TakesWaiting">Whether the waiting bundle is done with.</param>
/// <param name="Answer">To the command.</param>
/// <param name="Ended">Rollouts that ended in this step, to be kept.</param>
/// <param name="Begun">The rollout that began in this step.</param>
public sealed record RolloutStep(
    RolloutState State,
    IReadOnlyList<PointerMove> Moves,
    IReadOnlyList<string> Dropped,
    bool TakesWaiting,
    CommandAnswer? Answer,
    IReadOnlyList<Rollout> Ended,
    Rollout? Begun,
    IReadOnlyList<RolloutEvent> Events)
{
    public bool Changes(RolloutState before) => !ReferenceEquals(State, before) || TakesWaiting || Answer is not null;
}

/// <summary>A cohort is to serve this bundle.</summary>
public sealed record PointerMove(string Cohort, string Bundle, string ContentHash, long Sequence, string? LastGood = null);

/// <summary>Something that happened to rollouts, for the audit log.</summary>
/// <param name="What">Such as <c>rollout.started</c>.</param>
/// <param name="Who">An operator, an author, or <c>rollout</c> where the rules acted.</param>
/// <param name="Before">The revision served before, where one was left.</param>
/// <param name="After">The revision it is about.</param>
public sealed record RolloutEvent(string What, string Who, long Number, string? Before, string? After, string? Detail = null);
