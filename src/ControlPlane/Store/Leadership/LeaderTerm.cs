namespace GlobalGateway.ControlPlane.Store.Leadership;

/// <summary>
/// The term of this process. Its deadline counts on the monotonic clock from when the last answered keep-alive was sent, so it passes
/// before the store can give the key to another, whatever the wall clock and the network do.
/// </summary>
internal sealed class LeaderTerm : ILeadership, IDisposable
{
    public const string SetBack = "the store is older than what was read from it";
    public const string NotKept = "its lease was not kept in time";

    private readonly IKeyValueStore _store;
    private readonly FleetKeys _keys;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _demoteAfter;
    private readonly CancellationTokenSource _ended;
    private long _keptAt;
    private string? _why;

    public LeaderTerm(
        IKeyValueStore store, FleetKeys keys, TimeProvider clock, LeadershipTimes times, LeaderRecord record, long lease, long created, long sentAt, CancellationToken stopping)
    {
        (_store, _keys, _clock, _demoteAfter, _keptAt) = (store, keys, clock, times.DemoteAfter, sentAt);
        (Lease, Created, Value) = (lease, created, record.ToBytes());
        _ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Ended = _ended.Token;
    }

    public long Lease { get; }

    /// <summary>The creation revision of the leader key.</summary>
    public long Created { get; }

    public byte[] Value { get; }

    public CancellationToken Ended { get; }

    /// <summary>Why the term is over; absent while it runs and when the process was asked to stop.</summary>
    public string? Why => Volatile.Read(ref _why);

    /// <summary>Until the term ends by itself.</summary>
    public TimeSpan Left => _demoteAfter - _clock.GetElapsedTime(Volatile.Read(ref _keptAt));

    public async Task<bool> CommitAsync(IReadOnlyList<StoreCondition> conditions, IReadOnlyList<StoreWrite> writes, CancellationToken cancel)
    {
        ThrowIfEnded();
        var fenced = new StoreTransaction(
            [new StoreCondition.CreatedAt(_keys.Leader, Created), new StoreCondition.HasValue(_keys.Leader, Value), .. conditions], writes);
        if ((await _store.CommitAsync(fenced, cancel)).Applied)
        {
            return true;
        }

        if (!Leads((await _store.RangeAsync(StoreQuery.One(_keys.Leader), cancel)).Single))
        {
            End("the leader key is another's");
        }
        else if (await IsOlderAsync(conditions, cancel))
        {
            End(SetBack);
        }

        ThrowIfEnded();
        return false;
    }

    /// <summary>Whether the leader key is the one of this term.</summary>
    public bool Leads(StoreEntry? leader) => leader is not null && leader.CreateRevision == Created && leader.Value.AsSpan().SequenceEqual(Value);

    /// <param name="sentAt">When the keep-alive that was answered was sent.</param>
    public void Kept(long sentAt)
    {
        // Sent by a process that was stopped until then: a restored store may hold the key of a term that had ended.
        if (_clock.GetElapsedTime(Volatile.Read(ref _keptAt), sentAt) >= _demoteAfter)
        {
            End(NotKept);
            return;
        }

        Volatile.Write(ref _keptAt, sentAt);
    }

    public void End(string why)
    {
        Interlocked.CompareExchange(ref _why, why, null);
        if (!Ended.IsCancellationRequested)
        {
            _ended.Cancel();
        }
    }

    public void Dispose() => _ended.Dispose();

    // A key's revision never falls, but in a store restored from a snapshot: then what this term has read is no longer so, and who leads must first
    // hear what the edges hold.
    private async Task<bool> IsOlderAsync(IReadOnlyList<StoreCondition> conditions, CancellationToken cancel)
    {
        foreach (var read in conditions.OfType<StoreCondition.ChangedAt>().Where(read => read.Revision > 0))
        {
            if ((await _store.RangeAsync(StoreQuery.One(read.Key), cancel)).Single is { } entry && entry.ModRevision < read.Revision)
            {
                return true;
            }
        }

        return false;
    }

    private void ThrowIfEnded()
    {
        if (!Ended.IsCancellationRequested && Left <= TimeSpan.Zero)
        {
            End(NotKept);
        }

        if (Ended.IsCancellationRequested)
        {
            throw new LeadershipLostException(Why ?? "this control plane stops");
        }
    }
}
