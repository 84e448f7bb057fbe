using System.Collections.Concurrent;
using GlobalGateway.Contracts.Storage;
using GlobalGateway.Replication.Journal.Inheritance;

namespace GlobalGateway.Replication.Journal.Segments;

/// <summary>
/// Makes segments ahead of the writer and deletes those that are not needed any more, on a thread of its own: either may wait
/// for the disk. Over the journal's size, or while the disk takes no more, it keeps trying and says why.
/// </summary>
internal sealed class SegmentSupply : IDisposable
{
    private readonly string _directory;
    private readonly JournalOptions _options;
    private readonly SegmentCatalog _catalog;
    private readonly Guid _bootId;
    private readonly ConcurrentQueue<MappedSegment> _spares = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private SegmentHeader _last;
    private volatile string? _problem;
    private volatile int _ready;
    private volatile bool _stopped;
    private long _releaseBefore;

    /// <summary>Makes the incarnation's first segment.</summary>
    /// <param name="previous">The last segment in the folder.</param>
    public SegmentSupply(string directory, JournalOptions options, SegmentCatalog catalog, Guid incarnation, Guid bootId, long number, long previous)
    {
        (_directory, _options, _catalog, _bootId) = (directory, options, catalog, bootId);
        _last = new SegmentHeader(number, previous, First: true, options.SegmentBytes, incarnation, bootId);
        First = options.Disk.Create(directory, _last);
        catalog.Add(First);

        // So that leases are taken from the beginning where the disk allows.
        Tend();
        _thread = new Thread(Run) { Name = "journal segments", IsBackground = true };
        _thread.Start();
    }

    public MappedSegment First { get; }

    /// <summary>Why the writer may soon have nowhere to go on; null while it has.</summary>
    public string? Problem => _problem ?? (_ready == 0 ? "the journal's next segment is not ready yet" : null);

    public bool IsReady => _problem is null && _ready > 0;

    /// <summary>The next segment for the writer; null when there is none.</summary>
    public MappedSegment? Take()
    {
        if (!_spares.TryDequeue(out var segment))
        {
            return null;
        }

        Interlocked.Decrement(ref _ready);
        _wake.Set();
        return segment;
    }

    public void Release(long before)
    {
        // Only grows; a caller that comes late with less changes nothing.
        while (Volatile.Read(ref _releaseBefore) is var known && known < before)
        {
            if (Interlocked.CompareExchange(ref _releaseBefore, before, known) == known)
            {
                _wake.Set();
            }
        }
    }

    /// <summary>Ends the thread and removes what was made ahead.</summary>
    public void Dispose()
    {
        _stopped = true;
        _wake.Set();
        _thread.Join();
        while (_spares.TryDequeue(out var spare))
        {
            spare.Dispose();
            TryDelete(spare.Path);
        }

        _wake.Dispose();
    }

    private void Run()
    {
        while (!_stopped)
        {
            _wake.WaitOne(_problem is null ? Timeout.InfiniteTimeSpan : _options.RetryEvery);
            Tend();
        }
    }

    private void Tend()
    {
        try
        {
            DeleteReleased();
            while (!_stopped && _ready < JournalLimits.SparesMax)
            {
                var bytesMax = (long)_options.SegmentsMax * _options.SegmentBytes;
                if (_catalog.Bytes + _options.SegmentBytes > bytesMax)
                {
                    _problem = $"the journal in {_directory} has reached its {bytesMax / 1024} KiB; it goes on when what it holds has been reported";
                    return;
                }

                var next = _last with { Number = _last.Number + 1, Previous = _last.Number, First = false };
                var segment = _options.Disk.Create(_directory, next);
                _last = next;
                _catalog.Add(segment);
                _spares.Enqueue(segment);
                Interlocked.Increment(ref _ready);
            }

            _problem = null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _problem = $"the journal in {_directory} has no room to go on: {failure.Message}";
        }
    }

    private void DeleteReleased()
    {
        var before = Volatile.Read(ref _releaseBefore);
        var (deleted, files) = (false, _catalog.Files);
        foreach (var file in files.TakeWhile(file => file.Number < before))
        {
            _options.Disk.Delete(file.Path);
            _catalog.Remove(file);
            deleted = true;
            if (!_catalog.Files.Any(other => other.Header.Incarnation == file.Header.Incarnation))
            {
                EndMarker.Delete(_directory, file.Header.IncarnationText);
            }
        }

        if (deleted)
        {
            DurableFile.SyncFolder(_directory);
        }
    }

    private void TryDelete(string path)
    {
        try
        {
            _options.Disk.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // An empty segment that stays is removed by the next incarnation.
        }
    }
}
