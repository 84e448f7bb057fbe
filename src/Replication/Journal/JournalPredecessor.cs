namespace GlobalGateway.Replication.Journal;

/// <summary>What an earlier incarnation left in the journal.</summary>
/// <param name="EndsAt">After its last good record.</param>
/// <param name="Tear">Why it is torn; null when it is whole.</param>
public sealed record JournalPredecessor(string Incarnation, JournalPosition EndsAt, string? Tear)
{
    public JournalEnd End => Tear is null ? JournalEnd.Whole : JournalEnd.Torn;
}

/// <summary>A journal ready for a new incarnation, and what earlier ones left, oldest first.</summary>
/// <param name="Unreadable">Segment files whose header is damaged: whose records they held is not known.</param>
public sealed record OpenedJournal(JournalDevice Device, IReadOnlyList<JournalPredecessor> Predecessors, IReadOnlyList<string> Unreadable);
