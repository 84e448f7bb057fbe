using System.Runtime.CompilerServices;
using GlobalGateway.Contracts.Storage;

namespace GlobalGateway.ControlPlane.Store.Embedded;

/// <summary>
/// The store of a single control plane: a folder with a journal of transactions and a file for each large value.
/// Invariants: a transaction is on the disk before anybody reads it; the files it names are there before it is; what a lease holds is never
/// on the disk, for no lease outlives the process; revisions are never handed out again; an exclusive lock keeps a second control plane out.
/// </summary>
public sealed class EmbeddedKeyValueStore : IKeyValueStore
{
    /// <summary>Above this the journal is written anew, when that would halve it.</summary>
    public const long JournalBytesMax = 8 * 1024 * 1024;

    /// <summary>So many revisions are reserved at a time, because those of lease-bound keys leave no record.</summary>
    private const long RevisionsReserved = 16_384;

    // Leases that end take revisions without asking; there are never so many of them between two commits.
    private const long RevisionsSpare = 4_096;
    private const int RewriteEntries = 64;
    private const int ListingsMax = 100;

    private static readonly TimeSpan ExpireEvery = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, string?> _durable = new(StringComparer.Ordinal);
    private readonly FileStream _lock;
    private readonly KeyValueState _state;
    private readonly ValueFiles _files;
    private readonly StoreJournal _journal;
    private readonly ITimer _expiry;
    private readonly long _journalBytesMax;
    private long _reserved;
    private long _rewriteAbove;

    private EmbeddedKeyValueStore(string directory, FileStream @lock, TimeProvider clock, long journalBytesMax)
    {
        _lock = @lock;
        _journalBytesMax = _rewriteAbove = journalBytesMax;
        _state = new KeyValueState(clock);
        DurableFile.RemoveTemporary(directory);
        _files = new ValueFiles(Path.Combine(directory, "values"));
        var entries = new Dictionary<string, StoreEntry>(StringComparer.Ordinal);
        _journal = StoreJournal.Open(Path.Combine(directory, "journal"), record => Replay(record, entries));
        try
        {
            foreach (var entry in entries.Values)
            {
                var file = _durable[entry.Key] = ValueForm.FileOf(entry.Value);
                if (file is not null)
                {
                    _files.Name(file);
                }
            }

            _files.RemoveUnnamed();
        }
        catch
        {
            _journal.Dispose();
            throw;
        }

        _state.Restore(_reserved, entries.Values);
        _expiry = clock.CreateTimer(static state => ((KeyValueState)state!).ExpireLeases(), _state, ExpireEvery, ExpireEvery);
    }

    public TimeSpan ContactAge => TimeSpan.Zero;

    /// <exception cref="StoreException">Another control plane has it, it is damaged, or it cannot be written.</exception>
    public static EmbeddedKeyValueStore Open(string directory, TimeProvider clock, long journalBytesMax = JournalBytesMax)
    {
        var @lock = Lock(directory);
        try
        {
            return new EmbeddedKeyValueStore(directory, @lock, clock, journalBytesMax);
        }
        catch (Exception problem)
        {
            @lock.Dispose();
            throw problem is IOException or UnauthorizedAccessException ? new StoreException($"the store {directory} cannot be opened: {problem.Message}") : problem;
        }
    }

    public Task<StoreRange> RangeAsync(StoreQuery query, CancellationToken cancel)
    {
        lock (_gate)
        {
            var range = _state.Range(query);
            return Task.FromResult(query.KeysOnly ? range : range with { Entries = [.. range.Entries.Select(entry => Shown(entry) ?? throw Missing(entry))] });
        }
    }

    public Task<StoreCommit> CommitAsync(StoreTransaction transaction, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        StoreLimits.Check(transaction);
        lock (_gate)
        {
            var large = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            var formed = new StoreTransaction([.. transaction.Conditions.Select(Formed)], [.. transaction.Writes.Select(write => Formed(write, large))]);
            StateChange? applied = null;
            var commit = _state.Commit(formed, change =>
            {
                MakeDurable(change, large);
                applied = change;
            });
            if (applied is not null)
            {
                Remember(applied);
                RewriteIfLarge();
            }

            return Task.FromResult(commit);
        }
    }

    public Task<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancel) => Task.FromResult(_state.Grant(timeToLive));

    public Task<bool> KeepLeaseAsync(long lease, CancellationToken cancel) => Task.FromResult(_state.Keep(lease));

    public Task RevokeLeaseAsync(long lease, CancellationToken cancel)
    {
        _state.Revoke(lease);
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<StoreUpdate> FollowAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var failed = 0; ;)
        {
            await foreach (var update in _state.FollowAsync(prefix, cancel))
            {
                var shown = update.Entries.Select(Shown).ToList();
                if (shown.IndexOf(null) is var missing and >= 0)
                {
                    // A file went with a newer value while this update waited: it lists again.
                    failed = failed < ListingsMax ? failed + 1 : throw Missing(update.Entries[missing]);
                    break;
                }

                failed = 0;
                yield return update with { Entries = shown! };
            }
        }
    }

    public Task<StoreStanding> StandingAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            return Task.FromResult(new StoreStanding(_journal.Length + _files.Bytes, null));
        }
    }

    // The journal is written anew when it is long.
    public Task CompactAsync(long revision, CancellationToken cancel) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _expiry.DisposeAsync();
        _journal.Dispose();
        await _lock.DisposeAsync();
    }

    private static FileStream Lock(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            return new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new StoreException($"the store {directory} is in use by another control plane; stop it, or name another stateDirectory");
        }
        catch (UnauthorizedAccessException)
        {
            throw new StoreException($"the store {directory} may not be written by this user");
        }
    }

    private void Replay(JournalRecord record, Dictionary<string, StoreEntry> entries)
    {
        _reserved = Math.Max(_reserved, record.Reserved);
        foreach (var entry in record.Put)
        {
            entries[entry.Key] = entry;
        }

        foreach (var key in record.Deleted)
        {
            entries.Remove(key);
        }
    }

    // What a lease holds stays in memory however large it is.
    private static StoreWrite Formed(StoreWrite write, Dictionary<string, byte[]> large)
    {
        if (write is not StoreWrite.Put put)
        {
            return write;
        }

        if (put.Lease != 0 || put.Value.Length <= ValueForm.InlineBytesMax)
        {
            return put with { Value = ValueForm.OfInline(put.Value) };
        }

        var form = ValueForm.OfFile(put.Value);
        large[ValueForm.FileOf(form)!] = put.Value;
        return put with { Value = form };
    }

    private StoreCondition Formed(StoreCondition condition) => condition is StoreCondition.HasValue has
        ? has with { Value = _durable.GetValueOrDefault(has.Key) is null ? ValueForm.OfInline(has.Value) : ValueForm.OfFile(has.Value) }
        : condition;

    private StoreEntry? Shown(StoreEntry entry)
    {
        var value = ValueForm.FileOf(entry.Value) is { } file ? _files.Read(file) : ValueForm.InlineOf(entry.Value);
        return value is null ? null : entry with { Value = value };
    }

    private static StoreException Missing(StoreEntry entry) => new($"the value of {entry.Key} is missing from the store; restore it");

    private void MakeDurable(StateChange change, Dictionary<string, byte[]> large)
    {
        List<StoreEntry> put = [.. change.Put.Where(entry => entry.Lease == 0)];
        List<string> deleted = [.. change.Deleted.Concat(change.Put.Where(entry => entry.Lease != 0).Select(entry => entry.Key)).Where(_durable.ContainsKey)];
        var reserved = change.Revision > _reserved - RevisionsSpare ? change.Revision + RevisionsReserved : _reserved;
        if (put.Count + deleted.Count == 0 && reserved == _reserved)
        {
            return;
        }

        try
        {
            foreach (var (name, value) in large)
            {
                _files.Write(name, value);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"the store cannot be written: {problem.Message}; nothing was changed");
        }

        _journal.Append(new JournalRecord(reserved, put, deleted));
        _reserved = reserved;
    }

    private void Remember(StateChange change)
    {
        var forgotten = new List<string>();
        foreach (var key in change.Put.Select(entry => entry.Key).Concat(change.Deleted))
        {
            if (_durable.Remove(key, out var file) && file is not null)
            {
                forgotten.Add(file);
            }
        }

        foreach (var entry in change.Put.Where(entry => entry.Lease == 0))
        {
            var file = _durable[entry.Key] = ValueForm.FileOf(entry.Value);
            if (file is not null)
            {
                _files.Name(file);
            }
        }

        forgotten.ForEach(_files.Forget);
    }

    private void RewriteIfLarge()
    {
        if (_journal.Length <= _rewriteAbove)
        {
            return;
        }

        try
        {
            var entries = _state.Everything().Where(entry => entry.Lease == 0);
            _journal.Rewrite([new JournalRecord(_reserved, [], []), .. entries.Chunk(RewriteEntries).Select(some => new JournalRecord(_reserved, some, []))]);
            _rewriteAbove = Math.Max(_journalBytesMax, 2 * _journal.Length);
        }
        catch (IOException)
        {
            // The long journal is as good as a short one; a disk that is full is told of by the next append.
            _rewriteAbove = _journal.Length + _journalBytesMax;
        }
    }
}
