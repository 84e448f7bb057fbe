namespace GlobalGateway.Replication.Journal;

/// <summary>
/// An append-only sequence of records on the edge's own disk. One writer at a time appends; readers and <see cref="SyncAsync"/>
/// run beside it. A record is in the kernel when <see cref="TryAppend"/> returns, so a killed process loses none; it is on
/// the disk after the next <see cref="SyncAsync"/>, or within <see cref="JournalLimits.SyncEvery"/>.
/// </summary>
public interface IJournal
{
    /// <summary>Who writes it: one life of one edge process; never used again.</summary>
    string Incarnation { get; }

    /// <summary>After the last record.</summary>
    JournalPosition End { get; }

    /// <summary>
    /// Whether new rights may be leased: false near the size that the journal may have, after a failed write or sync, and
    /// while there is no room for a next segment. Records of rights already leased are still taken until there is none left.
    /// </summary>
    bool TakesLeases { get; }

    /// <summary>Why <see cref="TakesLeases"/> is false; null while it is true.</summary>
    string? Problem { get; }

    /// <summary>False when the record is not kept: there is no room, or the journal has failed.</summary>
    /// <param name="record">1 to <see cref="JournalLimits.RecordBytesMax"/> bytes.</param>
    bool TryAppend(ReadOnlySpan<byte> record);

    /// <summary>Returns when everything appended before the call is on the disk.</summary>
    /// <exception cref="JournalFailedException">It may not be, and never will.</exception>
    ValueTask SyncAsync(CancellationToken cancel = default);

    /// <summary>Reads records from a position on, oldest first, until <paramref name="take"/> returns false or the end; moves the position behind the last one taken.</summary>
    void Read(ref JournalPosition position, JournalRecordReader take);

    /// <summary>Records before the position are not needed any more.</summary>
    void Release(JournalPosition before);
}

/// <summary>A place between two records; grows along the journal, over all segments and incarnations.</summary>
public readonly record struct JournalPosition(long Segment, int Offset) : IComparable<JournalPosition>
{
    public int CompareTo(JournalPosition other) => Segment != other.Segment ? Segment.CompareTo(other.Segment) : Offset.CompareTo(other.Offset);

    public static bool operator <(JournalPosition left, JournalPosition right) => left.CompareTo(right) < 0;

    public static bool operator >(JournalPosition left, JournalPosition right) => left.CompareTo(right) > 0;

    public static bool operator <=(JournalPosition left, JournalPosition right) => left.CompareTo(right) <= 0;

    public static bool operator >=(JournalPosition left, JournalPosition right) => left.CompareTo(right) >= 0;
}

/// <param name="incarnation">Who wrote the record.</param>
/// <param name="position">Before the record.</param>
/// <returns>False to stop before this record.</returns>
public delegate bool JournalRecordReader(string incarnation, JournalPosition position, ReadOnlySpan<byte> record);

/// <summary>How an earlier incarnation's part of the journal ended.</summary>
public enum JournalEnd
{
    /// <summary>Every record that was appended is here: the process ended or was killed, the machine went on.</summary>
    Whole,

    /// <summary>The machine ended, a record is damaged, or a write failed: records at the end may be missing.</summary>
    Torn,
}

/// <summary>The journal could not be written or synced; what was appended last may be lost.</summary>
public sealed class JournalFailedException(string message, Exception? inner = null) : IOException(message, inner);
