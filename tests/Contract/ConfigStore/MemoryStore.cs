using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.Contract.ConfigStore;

/// <summary>The rules of a store without a disk.</summary>
internal sealed class MemoryStore : IKeyValueStore
{
    private readonly KeyValueState _state = new(TimeProvider.System);
    private readonly Timer _expiry;

    public MemoryStore() => _expiry = new Timer(_ => _state.ExpireLeases(), null, 100, 100);

    public TimeSpan ContactAge => TimeSpan.Zero;

    public Task<StoreRange> RangeAsync(StoreQuery query, CancellationToken cancel) => Task.FromResult(_state.Range(query));

    public async Task<StoreCommit> CommitAsync(StoreTransaction transaction, CancellationToken cancel)
    {
        await Task.Yield();
        return _state.Commit(transaction);
    }

    public Task<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancel) => Task.FromResult(_state.Grant(timeToLive));

    public Task<bool> KeepLeaseAsync(long lease, CancellationToken cancel) => Task.FromResult(_state.Keep(lease));

    public Task RevokeLeaseAsync(long lease, CancellationToken cancel)
    {
        _state.Revoke(lease);
        return Task.CompletedTask;
    }

    public IAsyncEnumerable<StoreUpdate> FollowAsync(string prefix, CancellationToken cancel) => _state.FollowAsync(prefix, cancel);

    public Task<StoreStanding> StandingAsync(CancellationToken cancel) =>
        Task.FromResult(new StoreStanding(_state.Everything().Sum(entry => (long)entry.Value.Length), null));

    public Task CompactAsync(long revision, CancellationToken cancel) => Task.CompletedTask;

    public ValueTask DisposeAsync() => _expiry.DisposeAsync();
}
