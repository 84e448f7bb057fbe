using GlobalGateway.Replication.Journal.Segments;

namespace GlobalGateway.Replication.Journal;

/// <summary>Sizes and times of one journal; the defaults are <see cref="JournalLimits"/>.</summary>
public sealed record JournalOptions
{
    /// <summary>A segment holds at least one record of the largest size.</summary>
    public const int SegmentBytesMin = 32 * 1024;
    public const int SegmentBytesMax = 1024 * 1024 * 1024;

    /// <summary>The one written to and the spares.</summary>
    public const int SegmentsMin = 1 + JournalLimits.SparesMax;

    public int SegmentBytes { get; init; } = JournalLimits.SegmentBytes;

    public int SegmentsMax { get; init; } = JournalLimits.SegmentsMax;

    public TimeSpan SyncEvery { get; init; } = JournalLimits.SyncEvery;

    public TimeSpan RetryEvery { get; init; } = JournalLimits.RetryEvery;

    /// <summary>Which run of the machine this is; read from the kernel when null.</summary>
    public Guid? BootId { get; init; }

    internal IJournalDisk Disk { get; init; } = new JournalDisk();

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentBytes, SegmentBytesMin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SegmentBytes, SegmentBytesMax);
        ArgumentOutOfRangeException.ThrowIfNotEqual(SegmentBytes % RecordFrame.Alignment, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentsMax, SegmentsMin);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SyncEvery, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RetryEvery, TimeSpan.Zero);
    }
}
