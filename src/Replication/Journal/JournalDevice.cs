using System.Globalization;
using System.Security.Cryptography;
using GlobalGateway.Replication.Journal.Inheritance;
using GlobalGateway.Replication.Journal.Segments;

namespace GlobalGateway.Replication.Journal;

/// <summary>
/// The journal on a local disk. Invariants: a record is wholly in a shared mapping before it is published, and published
/// before <see cref="TryAppend"/> returns; nothing of an earlier incarnation is ever appended to or numbered again; after a
/// failed sync no record is taken and no sync succeeds; segments leave only from the front.
/// </summary>
public sealed class JournalDevice : IJournal, IDisposable
{
    private const string BootIdPath = "/proc/sys/kernel/random/boot_id";

    private readonly string _directory;
    private readonly JournalLock _lock;
    private readonly SegmentCatalog _catalog;
    private readonly SegmentSupply _supply;
    private readonly GroupSync _sync;
    private MappedSegment _segment;
    private int _offset = SegmentHeader.Bytes;
    private volatile string? _failure;
    private volatile bool _closed;
    private volatile bool _appending;

    private JournalDevice(string directory, JournalOptions options, JournalLock @lock, JournalInheritance inherited, Guid bootId)
    {
        var incarnation = new Guid(RandomNumberGenerator.GetBytes(16));
        (_directory, _lock, Incarnation) = (directory, @lock, incarnation.ToString("N", CultureInfo.InvariantCulture));
        _catalog = new SegmentCatalog(inherited.Segments);
        _supply = new SegmentSupply(directory, options, _catalog, incarnation, bootId, inherited.LastNumber + 1, inherited.LastKept);
        _segment = _supply.First;
        _sync = new GroupSync(options.Disk, options.SyncEvery, _segment, PackedPosition.Pack(_segment.Header.Number, _offset), Fail);
    }

    public string Incarnation { get; }

    public JournalPosition End => PackedPosition.Unpack(_sync.Appended);

    public bool TakesLeases => _failure is null && !_closed && _supply.IsReady;

    public string? Problem => _failure ?? (_closed ? "the journal is closed" : _supply.Problem);

    /// <summary>Takes the folder, judges what earlier incarnations left in it, and begins a new incarnation.</summary>
    /// <param name="directory">Made when it does not exist; on a local disk of this machine.</param>
    /// <exception cref="JournalLockedException">Another process has it.</exception>
    /// <exception cref="JournalOpenException">It cannot be used.</exception>
    public static OpenedJournal Open(string directory, JournalOptions? options = null)
    {
        options ??= new JournalOptions();
        options.Check();
        directory = Path.GetFullPath(directory);
        JournalLock? held = null;
        try
        {
            Directory.CreateDirectory(directory);
            NetworkFileSystems.Refuse(directory);
            held = JournalLock.Take(directory);
            var bootId = options.BootId ?? Guid.Parse(File.ReadAllText(BootIdPath).AsSpan().Trim());
            var inherited = JournalInheritance.Take(directory, bootId, options.Disk);
            return new OpenedJournal(new JournalDevice(directory, options, held, inherited, bootId), inherited.Predecessors, inherited.Unreadable);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException)
        {
            held?.Dispose();
            if (failure is JournalOpenException)
            {
                throw;
            }

            throw new JournalOpenException($"The journal folder {directory} cannot be used: {failure.Message}", failure);
        }
    }

    public bool TryAppend(ReadOnlySpan<byte> record)
    {
        ArgumentOutOfRangeException.ThrowIfZero(record.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(record.Length, JournalLimits.RecordBytesMax);

        // No fence here: Dispose orders its side with a barrier in this process's threads before it looks.
        _appending = true;
        try
        {
            if (_failure is not null || _closed || !(_segment.TryWrite(ref _offset, record) || TryWriteNext(record)))
            {
                return false;
            }

            _sync.Publish(PackedPosition.Pack(_segment.Header.Number, _offset));
            return true;
        }
        finally
        {
            _appending = false;
        }
    }

    public ValueTask SyncAsync(CancellationToken cancel = default) => _sync.WaitAsync(cancel);

    public void Read(ref JournalPosition position, JournalRecordReader take)
    {
        var end = End;
        foreach (var file in _catalog.Files)
        {
            var limit = file.Number == end.Segment ? end.Offset : file.Limit;
            var from = file.Number == position.Segment ? position.Offset : SegmentHeader.Bytes;
            if (file.Number > end.Segment)
            {
                return;
            }

            if (file.Number >= position.Segment && from < limit && !Read(file, from, limit, ref position, take))
            {
                return;
            }
        }
    }

    public void Release(JournalPosition before) => _supply.Release(Math.Min(before.Segment, End.Segment));

    /// <summary>Takes no more records, syncs, says that everything is here, and lets go of the folder.</summary>
    public void Dispose()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        Interlocked.MemoryBarrierProcessWide();
        SpinWait.SpinUntil(() => !_appending);
        _sync.Dispose();
        _supply.Dispose();
        if (_failure is null)
        {
            Mark(null);
        }

        _lock.Dispose();
    }

    private static bool Read(SegmentFile file, int from, int limit, ref JournalPosition position, JournalRecordReader take)
    {
        SegmentReader reader;
        try
        {
            reader = new SegmentReader(file.Path, file.Header, from, limit);
        }
        catch (FileNotFoundException)
        {
            // Released meanwhile.
            return true;
        }

        using (reader)
        {
            var at = reader.Offset;
            while (at < limit && reader.Next(out var record) is var read and not SegmentRead.Rolled)
            {
                if (read != SegmentRead.Record)
                {
                    throw new IOException($"The journal's {file.Path} is damaged at {at}.");
                }

                if (!take(file.Header.IncarnationText, new JournalPosition(file.Number, at), record))
                {
                    return false;
                }

                at = reader.Offset;
                position = new JournalPosition(file.Number, at);
            }

            return true;
        }
    }

    private bool TryWriteNext(ReadOnlySpan<byte> record)
    {
        if (_supply.Take() is not { } next)
        {
            return false;
        }

        _segment.WriteRolled(_offset);
        _sync.Enter(next);
        (_segment, _offset) = (next, SegmentHeader.Bytes);
        return next.TryWrite(ref _offset, record);
    }

    private void Fail(Exception failure)
    {
        _failure = $"the journal in {_directory} could not be written, and takes nothing more until the edge is started anew: {failure.Message}";
        Mark(failure.Message);
    }

    private void Mark(string? tear)
    {
        try
        {
            EndMarker.Write(_directory, Incarnation, new EndMarker(End, tear));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The disk takes nothing more: a successor judges by what it can read.
        }
    }
}
