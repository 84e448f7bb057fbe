using System.Collections.Concurrent;
using GlobalGateway.Replication.Journal.Segments;

namespace GlobalGateway.Replication.Journal;

/// <summary>
/// Puts appended records on the disk, on a thread of its own: all who wait at one moment share one sync, and nothing stays
/// unsynced for long when nobody waits. After a failed sync it never tries again: the kernel may have dropped the pages that
/// it could not write and call the next sync a success.
/// </summary>
internal sealed class GroupSync : IDisposable
{
    /// <summary>Rounds without a record after which the thread sleeps until the writer wakes it; about a second.</summary>
    private const int IdleRoundsMax = 200;

    private readonly IJournalDisk _disk;
    private readonly TimeSpan _every;
    private readonly Action<Exception> _failed;
    private readonly ConcurrentQueue<MappedSegment> _unsynced = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly Lock _gate = new();
    private readonly Thread _thread;
    private TaskCompletionSource? _group;
    private JournalFailedException? _failure;
    private long _appended;
    private long _synced;
    private volatile bool _asleep;
    private volatile bool _stopped;

    /// <param name="failed">Told once, on the thread, before anyone who waits.</param>
    public GroupSync(IJournalDisk disk, TimeSpan every, MappedSegment first, long end, Action<Exception> failed)
    {
        (_disk, _every, _failed, _appended, _synced) = (disk, every, failed, end, end);
        _unsynced.Enqueue(first);
        _thread = new Thread(Run) { Name = "journal sync", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The end of the last record.</summary>
    public long Appended => Volatile.Read(ref _appended);

    /// <summary>Before the first record of the segment is published.</summary>
    public void Enter(MappedSegment segment) => _unsynced.Enqueue(segment);

    public void Publish(long end)
    {
        Volatile.Write(ref _appended, end);

        // No fence here: the thread orders its side with a barrier in this process's threads before it sleeps.
        if (_asleep)
        {
            Wake();
        }
    }

    public ValueTask WaitAsync(CancellationToken cancel)
    {
        Task group;
        lock (_gate)
        {
            if (_failure is not null)
            {
                return ValueTask.FromException(_failure);
            }

            if (Volatile.Read(ref _synced) >= Appended)
            {
                return ValueTask.CompletedTask;
            }

            ObjectDisposedException.ThrowIf(_stopped, typeof(JournalDevice));
            group = (_group ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            _wake.Set();
        }

        return new ValueTask(group.WaitAsync(cancel));
    }

    /// <summary>Syncs what is left and unmaps; nobody appends any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
        }

        _wake.Set();
        _thread.Join();
        while (_unsynced.TryDequeue(out var segment))
        {
            segment.Dispose();
        }

        _wake.Dispose();
    }

    private void Run()
    {
        var idle = 0;
        while (!_stopped)
        {
            _wake.WaitOne(_every);
            if (Round())
            {
                idle = 0;
            }
            else if (++idle >= IdleRoundsMax)
            {
                Sleep();
                idle = 0;
            }
        }

        Round();
    }

    private void Wake()
    {
        _asleep = false;
        _wake.Set();
    }

    private void Sleep()
    {
        _asleep = true;

        // Either the writer sees that this thread is asleep, or this thread sees its record.
        Interlocked.MemoryBarrierProcessWide();
        if (_failure is not null || Appended == _synced)
        {
            _wake.WaitOne();
        }

        _asleep = false;
    }

    /// <summary>False when there was nothing to do.</summary>
    private bool Round()
    {
        TaskCompletionSource? group;
        lock (_gate)
        {
            (group, _group) = (_group, null);
        }

        try
        {
            var end = Appended;
            if (_failure is not null || (end == _synced && group is null))
            {
                return false;
            }

            if (end != _synced)
            {
                SyncTo(end);
            }

            group?.SetResult();
        }
        catch (Exception failure)
        {
            lock (_gate)
            {
                _failure = new JournalFailedException($"The journal could not be put on the disk: {failure.Message}", failure);
            }

            _failed(failure);
            group?.SetException(_failure);
            FailLateWaiters();
        }

        return true;
    }

    private void SyncTo(long end)
    {
        while (_unsynced.TryPeek(out var segment))
        {
            _disk.Sync(segment);
            if (segment.Header.Number >= PackedPosition.SegmentOf(end))
            {
                break;
            }

            // The writer left it before it published this end.
            _unsynced.TryDequeue(out _);
            segment.Dispose();
        }

        Volatile.Write(ref _synced, end);
    }

    /// <summary>Whoever joined between the group's take and the failure.</summary>
    private void FailLateWaiters()
    {
        lock (_gate)
        {
            _group?.SetException(_failure!);
            _group = null;
        }
    }
}
