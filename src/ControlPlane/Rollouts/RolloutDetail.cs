namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>A rollout as people are shown it.</summary>
/// <param name="Status"><c>running</c>, <c>paused</c>, <c>completed</c>, <c>rolledBack</c>, <c>aborted</c> or <c>superseded</c>.</param>
/// <param name="From">The revision that every touched cohort returns to.</param>
/// <param name="Reason">Why it ended as it did.</param>
/// <param name="Evidence">The numbers behind the reason.</param>
/// <param name="Owed">Regions that do not serve what the others do, because they had no edge when their turn came.</param>
public sealed record RolloutDetail(
    long Number,
    string Revision,
    string Bundle,
    string ContentHash,
    string? From,
    RolloutLane Lane,
    RolloutStatus Status,
    string AskedBy,
    RevisionOrigin Origin,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    string? Reason,
    string? Evidence,
    IReadOnlyList<StageDetail> Stages,
    IReadOnlyList<string> Owed,
    WaitingDetail? Waiting);

/// <summary>A stage as people are shown it.</summary>
/// <param name="Edges">Those counted at its start.</param>
/// <param name="Acknowledged">How many of them serve the revision, as far as this control plane has heard; absent unless the stage runs.</param>
/// <param name="AgeSeconds">How long the leader has seen it run; absent unless it runs.</param>
/// <param name="Note">What its gate said, what is missing, or why it was skipped.</param>
public sealed record StageDetail(
    string Name,
    StageKind Kind,
    string? Region,
    StageStatus Status,
    double BakeSeconds,
    double MaxBakeSeconds,
    IReadOnlyList<string> Edges,
    int? Acknowledged,
    DateTimeOffset? StartedAt,
    double? AgeSeconds,
    bool WaitsForPromote,
    string? Note,
    string? Evidence);

/// <summary>The newest commit, which waits for the running rollout.</summary>
public sealed record WaitingDetail(string Revision, string AskedBy, string? Message);
