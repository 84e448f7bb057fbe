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

    /// <param name="durable">Called with the revision the writes will have when they will be applied and before they are; what it throws leaves the state as it was.</param>
    public StoreCommit Commit(StoreTransaction transaction, Action<long>? durable = null)
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

            durable?.Invoke(_revision + 1);
            Apply(transaction.Writes);
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

    private void Apply(IReadOnlyList<StoreWrite> writes)
    {
        if (writes.Count == 0)
        {
            return;
        }

        var revision = _revision + 1;
        var put = new List<StoreEntry>();
        var deleted = new List<string>();
        foreach (var write in writes)
        {
            switch (write)
            {
                case StoreWrite.Put(var key, var value, var lease):
                    var entry = new StoreEntry(key, value, _entries.TryGetValue(key, out var before) ? before.CreateRevision : revision, revision, lease);
                    _entries[key] = entry;
                    put.Add(entry);
                    break;
                case StoreWrite.Delete(var key) when _entries.Remove(key):
                    deleted.Add(key);
                    break;
            }
        }

        if (put.Count + deleted.Count > 0)
        {
            _revision = revision;
            Tell(put, deleted);
        }
    }

    private void Tell(List<StoreEntry> put, List<string> deleted)
    {
        foreach (var (prefix, channel) in CollectionsMarshal.AsSpan(_followers))
        {
            var entries = put.FindAll(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal));
            var gone = deleted.FindAll(key => key.StartsWith(prefix, StringComparison.Ordinal));
            if (entries.Count + gone.Count > 0 && !channel.Writer.TryWrite(new StoreUpdate(_revision, false, entries, gone)))
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

    private void DropKeysOf(long lease) =>
        Apply([.. _entries.Values.Where(entry => entry.Lease == lease).Select(entry => new StoreWrite.Delete(entry.Key))]);

    private readonly record struct LeaseState(TimeSpan TimeToLive, long KeptAt);
}
