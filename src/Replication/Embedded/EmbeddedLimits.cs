namespace GlobalGateway.Replication.Embedded;

/// <summary>Sizes and times of the directory ledger.</summary>
public static class EmbeddedLimits
{
    /// <summary>Of one record; a fold of every epoch a period can have takes a tenth of it.</summary>
    public const int RecordBytesMax = 1024 * 1024;

    /// <summary>A change waits this long for another process that is changing the same file.</summary>
    public static readonly TimeSpan LockWait = TimeSpan.FromSeconds(5);

    /// <summary>Lock files; two files that share one wait for each other without need.</summary>
    public const int Locks = 256;

    /// <summary>Files whose end is remembered, so that reading on costs only what is new.</summary>
    public const int TailsMax = 32_768;

    /// <summary>Used rows are rewritten from this many records on, when most of them are superseded.</summary>
    public const int CompactFrom = 64;

    /// <summary>Of one segment of a hint feed; the newest two segments are kept.</summary>
    public const int FeedSegmentBytes = 256 * 1024;

    /// <summary>Hints of one answer.</summary>
    public const int FeedPageMax = 1_000;

    /// <summary>Usage events of one record are cut at this size.</summary>
    public const int UsageBatchBytes = 64 * 1024;
}
