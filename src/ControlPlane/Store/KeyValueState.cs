using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace GlobalGateway.ControlPlane.Store;

/// <summary>
/// The rules of <see cref="IKeyValueStore"/> over a map in memory: what a single control plane's store keeps, and what tests use.
/// A durable store calls <see cref="Commit"/> after its own write; leases are kept on the given clock and never made durable.
/// </summary>
public sealed class KeyValueState(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, StoreEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<long, LeaseState> _leases = [];
    private readonly List<(string Prefix, Channel<StoreUpdate> Channel)> _followers = [];
    private long _revision;
    private long _lastLease;

    /// <summary>A follower that is this far behind gets a listing instead.</summary>
    private const int UpdatesWaitingMax = 1_024;

    public long Revision
    {
        get
        {
            lock (_gate)
            {
                return _revision;
            }
        }
    }

    /// <summary>Puts back what a durable store kept.</summary>
    public void Restore(long revision, IEnumerable<StoreEntry> entries)
    {
        lock (_gate)
        {
            _revision = revision;
            _entries.Clear();
            foreach (var entry in entries)
            {
                _entries[entry.Key] = entry;
            }
        }
    }

    public StoreRange Range(StoreQuery query)
    {
        lock (_gate)
        {
            Expire();
            if (!query.Prefix)
            {
                return new StoreRange(_revision, _entries.TryGetValue(query.Key, out var entry) ? [Shown(entry, query)] : [], false);
            }

            var page = _entries.Values
                .Where(entry => entry.Key.StartsWith(query.Key, StringComparison.Ordinal) && (query.After is null || string.CompareOrdinal(entry.Key, query.After) > 0))
                .Take(query.Limit + 1).Select(entry => Shown(entry, query)).ToList();
            return new StoreRange(_revision, page.Count > query.Limit ? page[..query.Limit] : page, page.Count > query.Limit);
        }
    }

    /// <summary>Every entry, in the order of the keys.</summary>
    public IReadOnlyList<StoreEntry> Everything()
    {
        lock (_gate)
        {
            return [.. _entries.Values];
        }
    }

    /// <param name="durable">Called with what will change, if anything, before it does; what it throws leaves the state as it was.</param>
    public StoreCommit Commit(StoreTransaction transaction, Action<StateChange>? durable = null)
    {
        StoreLimits.Check(transaction);
        lock (_gate)
        {
            Expire();
            if (!transaction.Conditions.All(Holds))
            {
                return new StoreCommit(false, _revision);
            }

            foreach (var lease in transaction.Writes.OfType<StoreWrite.Put>().Select(put => put.Lease).Where(lease => lease != 0 && !_leases.ContainsKey(lease)))
            {
                throw new StoreException($"there is no lease {lease}");
            }

            if (ChangeOf(transaction.Writes) is { } change)
            {
                durable?.Invoke(change);
                Apply(change);
            }

            return new StoreCommit(true, _revision);
        }
    }

    public long Grant(TimeSpan timeToLive)
    {
        lock (_gate)
        {
            _lastLease++;
            _leases[_lastLease] = new LeaseState(timeToLive, clock.GetTimestamp());
            return _lastLease;
        }
    }

    public bool Keep(long lease)
    {
        lock (_gate)
        {
            Expire();
            if (!_leases.TryGetValue(lease, out var state))
            {
                return false;
            }

            _leases[lease] = state with { KeptAt = clock.GetTimestamp() };
            return true;
        }
    }

    public void Revoke(long lease)
    {
        lock (_gate)
        {
            if (_leases.Remove(lease))
            {
                DropKeysOf(lease);
            }
        }
    }

    /// <summary>Ends leases whose time is over; every other call does so first.</summary>
    public void ExpireLeases()
    {
        lock (_gate)
        {
            Expire();
        }
    }

    public async IAsyncEnumerable<StoreUpdate> FollowAsync(string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        while (true)
        {
            var channel = Channel.CreateBounded<StoreUpdate>(new BoundedChannelOptions(UpdatesWaitingMax) { FullMode = BoundedChannelFullMode.Wait });
            StoreUpdate listing;
            lock (_gate)
            {
                Expire();
                _followers.Add((prefix, channel));
                listing = new StoreUpdate(_revision, true, [.. _entries.Values.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))], []);
            }

            try
            {
                yield return listing;
                await foreach (var update in channel.Reader.ReadAllAsync(cancel))
                {
                    yield return update;
                }
            }
            finally
            {
                lock (_gate)
                {
                    _followers.RemoveAll(follower => follower.Channel == channel);
                }
            }
        }
    }

    private static StoreEntry Shown(StoreEntry entry, StoreQuery query) => query.KeysOnly ? entry with { Value = [] } : entry;

    private bool Holds(StoreCondition condition)
    {
        var entry = _entries.GetValueOrDefault(condition.Key);
        return condition switch
        {
            StoreCondition.CreatedAt created => (entry?.CreateRevision ?? 0) == created.Revision,
            StoreCondition.ChangedAt changed => (entry?.ModRevision ?? 0) == changed.Revision,
            StoreCondition.HasValue value => entry is not null && entry.Value.AsSpan().SequenceEqual(value.Value),
            _ => throw new ArgumentOutOfRangeException(nameof(condition)),
        };
    }

    // Nothing when there is nothing to change: deleting what is not there takes no revision.
    private StateChange? ChangeOf(IReadOnlyList<StoreWrite> writes)
    {
        var revision = _revision + 1;
        List<StoreEntry> put =
        [
            .. writes.OfType<StoreWrite.Put>().Select(write => new StoreEntry(
                write.Key, write.Value, _entries.TryGetValue(write.Key, out var before) ? before.CreateRevision : revision, revision, write.Lease)),
        ];
        List<string> deleted = [.. writes.OfType<StoreWrite.Delete>().Select(write => write.Key).Where(_entries.ContainsKey)];
        return put.Count + deleted.Count == 0 ? null : new StateChange(revision, put, deleted);
    }

    private void Apply(StateChange change)
    {
        foreach (var entry in change.Put)
        {
            _entries[entry.Key] = entry;
        }

        foreach (var key in change.Deleted)
        {
            _entries.Remove(key);
        }

        _revision = change.Revision;
        Tell(change);
    }

    private void Tell(StateChange change)
    {
        foreach (var (prefix, channel) in CollectionsMarshal.AsSpan(_followers))
        {
            List<StoreEntry> entries = [.. change.Put.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))];
            List<string> gone = [.. change.Deleted.Where(key => key.StartsWith(prefix, StringComparison.Ordinal))];
            if (entries.Count + gone.Count > 0 && !channel.Writer.TryWrite(new StoreUpdate(change.Revision, false, entries, gone)))
            {
                // It reads what it has and lists again.
                channel.Writer.TryComplete();
            }
        }
    }

    private void Expire()
    {
        foreach (var lease in _leases.Where(lease => clock.GetElapsedTime(lease.Value.KeptAt) >= lease.Value.TimeToLive).Select(lease => lease.Key).ToList())
        {
            _leases.Remove(lease);
            DropKeysOf(lease);
        }
    }

    private void DropKeysOf(long lease)
    {
        if (ChangeOf([.. _entries.Values.Where(entry => entry.Lease == lease).Select(entry => new StoreWrite.Delete(entry.Key))]) is { } change)
        {
            Apply(change);
        }
    }

    private readonly record struct LeaseState(TimeSpan TimeToLive, long KeptAt);
}

/// <summary>What one transaction changes.</summary>
/// <param name="Revision">Of the store after it.</param>
/// <param name="Put">Entries as they are after it.</param>
/// <param name="Deleted">Keys that were there and are gone.</param>
public sealed record StateChange(long Revision, IReadOnlyList<StoreEntry> Put, IReadOnlyList<string> Deleted);
