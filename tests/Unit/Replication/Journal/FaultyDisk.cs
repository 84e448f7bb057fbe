using GlobalGateway.Replication.Journal.Segments;

namespace GlobalGateway.Unit.Replication.Journal;

/// <summary>A disk that fails when a test says so.</summary>
internal sealed class FaultyDisk : IJournalDisk
{
    private readonly JournalDisk _disk = new();

    /// <summary>What making a segment fails with; null for not at all.</summary>
    public volatile Exception? OnCreate;

    public volatile Exception? OnSync;

    private volatile int _syncs;

    public int Syncs => _syncs;

    public MappedSegment Create(string directory, SegmentHeader header) => OnCreate is { } failure ? throw failure : _disk.Create(directory, header);

    public void Sync(MappedSegment segment)
    {
        Interlocked.Increment(ref _syncs);
        if (OnSync is { } failure)
        {
            throw failure;
        }

        _disk.Sync(segment);
    }

    public void Delete(string path) => _disk.Delete(path);
}
