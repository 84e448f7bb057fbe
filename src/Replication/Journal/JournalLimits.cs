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

    /// <summary>Empty segments kept ready: one to go on with, and one of headroom so that what was leased can be settled.</summary>
    public const int SparesMax = 2;

    /// <summary>Between two attempts to make a next segment after one failed.</summary>
    public static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(1);
}
