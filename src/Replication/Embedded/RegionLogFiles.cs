using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using Microsoft.Win32.SafeHandles;

namespace GlobalGateway.Replication.Embedded;

/// <summary>
/// The regions' logs, a file each, one entry per record. Invariants: entry n is the file's n-th record; an entry is never changed
/// or removed once it is acknowledged; the compare-and-set is reading the end under the lock.
/// </summary>
internal sealed class RegionLogFiles(LedgerFolder folder)
{
    private readonly FileTails<Tail> _tails = new(EmbeddedLimits.TailsMax);

    public async ValueTask<IReadOnlyList<LogEntry>> ReadAsync(LogKey log, long from, LogRead level, CancellationToken cancel)
    {
        var path = PathOf(log);
        if (level == LogRead.Quorum)
        {
            return folder.Read<IReadOnlyList<LogEntry>>(path, [], file => Read(file, path, from, settle: false));
        }

        return await folder.ChangeAsync(path, () => folder.Read<IReadOnlyList<LogEntry>>(path, [], file => Read(file, path, from, settle: true)), cancel);
    }

    public ValueTask<AppendOutcome> AppendAsync(LogKey log, LogEntry entry, CancellationToken cancel)
    {
        var path = PathOf(log);
        return folder.ChangeAsync(path, () => Append(path, entry), cancel);
    }

    private string PathOf(LogKey log) => folder.PathOf(
        "accounts", SafeName.Of(log.Account.Budget), $"{log.Account.Period}", $"{SafeName.Of(log.Region)}.{log.Generation}.log");

    // A read that settles an append whose answer was lost waits until what it saw is on the disk.
    private List<LogEntry> Read(SafeFileHandle file, string path, long from, bool settle)
    {
        var tail = TailOf(file, path);
        var entries = new List<LogEntry>();
        var start = from >= tail.Next ? (tail.End, tail.Next) : from == 0 || from >= tail.Fold ? (tail.FoldAt, tail.Fold) : (0, 0);
        if (start.Item1 < RandomAccess.GetLength(file))
        {
            using var scanner = new FrameScanner(file, start.Item1);
            Scan(scanner, path, tail, start.Item2, entry =>
            {
                if (from == 0 && LogEntryRecord.BeginsWithFold(entry))
                {
                    entries.Clear();
                }

                if (entry.Index >= from)
                {
                    entries.Add(entry);
                }
            });
        }

        if (settle)
        {
            RandomAccess.FlushToDisk(file);
        }

        return entries;
    }

    private AppendOutcome Append(string path, LogEntry entry)
    {
        using var file = folder.OpenToChange(path);
        var tail = TailOf(file, path);
        LogEntry? present = null;
        var known = entry.Index >= tail.Next;
        using var scanner = new FrameScanner(file, known ? tail.End : 0);
        tail = Scan(scanner, path, tail, known ? tail.Next : 0, found => present = found.Index == entry.Index ? found : present);
        scanner.CutTornEnd(path);
        if (present is not null)
        {
            if (present.OperationId != entry.OperationId)
            {
                return AppendOutcome.Lost;
            }

            RandomAccess.FlushToDisk(file);
            return AppendOutcome.Appended;
        }

        if (entry.Index != tail.Next)
        {
            throw new LedgerCorruptException($"{path}: entry {entry.Index} is to be appended where {tail.Next} follows; the writer knows entries that this log has lost");
        }

        // What a killed writer left goes to the disk first: behind a torn entry nothing whole may follow.
        RandomAccess.FlushToDisk(file);
        var end = Frame.Append(file, tail.End, LogEntryRecord.Encode(entry).Written);
        try
        {
            RandomAccess.FlushToDisk(file);
        }
        catch (IOException)
        {
            // Others may have read it by now, so it cannot be taken back.
            return AppendOutcome.Ambiguous;
        }

        _tails.Set(path, tail.After(entry, end));
        return AppendOutcome.Appended;
    }

    // A file that became shorter is another one: somebody put the folder back from a copy.
    private Tail TailOf(SafeFileHandle file, string path) =>
        _tails.Get(path) is var tail && tail.End <= RandomAccess.GetLength(file) ? tail : default;

    private Tail Scan(FrameScanner scanner, string path, Tail tail, long next, Action<LogEntry> take)
    {
        var before = tail.Next;
        while (scanner.TryNext(out var record))
        {
            var entry = LogEntryRecord.Decode(record);
            if (entry.Index != next)
            {
                throw new LedgerCorruptException($"{path}: entry {entry.Index} where {next} follows");
            }

            take(entry);
            next++;
            tail = entry.Index < tail.Next ? tail : tail.After(entry, scanner.Position);
        }

        if (tail.Next != before)
        {
            _tails.Set(path, tail);
        }

        return tail;
    }

    /// <summary>Where a log ends, and where its newest fold begins.</summary>
    private readonly record struct Tail(long End, long Next, long FoldAt, long Fold)
    {
        public Tail After(LogEntry entry, long end) =>
            LogEntryRecord.BeginsWithFold(entry) ? new Tail(end, entry.Index + 1, End, entry.Index) : this with { End = end, Next = entry.Index + 1 };
    }
}
