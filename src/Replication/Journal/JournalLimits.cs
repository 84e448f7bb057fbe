namespace GlobalGateway.Replication.Journal;

/// <summary>Sizes and times of the journal.</summary>
public static class JournalLimits
{
    public const int RecordBytesMax = 16 * 1024;

    /// <summary>Of one preallocated segment file.</summary>
    public const int SegmentBytes = 16 * 1024 * 1024;

    /// <summary>Segments on disk from which no new rights are leased; 1 GiB.</summary>
    public const int SegmentsMax = 64;

    /// <summary>Appended records are on the disk after at most so long.</summary>
    public static readonly TimeSpan SyncEvery = TimeSpan.FromMilliseconds(5);
}
