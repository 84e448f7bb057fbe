namespace GlobalGateway.ControlPlane.Store;

/// <summary>
/// An ordered map of keys to small values with one rising revision over all of it: etcd, or the embedded store that imitates it.
/// Invariants: a transaction is applied whole or not at all; two transactions never share a revision; keys of a lease vanish with it.
/// Every call throws <see cref="StoreUnavailableException"/> when the store gives no answer in time.
/// </summary>
public interface IKeyValueStore : IAsyncDisposable
{
    /// <summary>Since the store last answered; zero where it is this process's own.</summary>
    TimeSpan ContactAge { get; }

    /// <summary>Reads one key, or a page of those with a prefix, as of one revision.</summary>
    Task<StoreRange> RangeAsync(StoreQuery query, CancellationToken cancel);

    /// <summary>Applies the writes if every condition holds. Never sent twice: an answer that is lost leaves the outcome unknown.</summary>
    Task<StoreCommit> CommitAsync(StoreTransaction transaction, CancellationToken cancel);

    /// <param name="timeToLive">1 s to 1 h, whole seconds.</param>
    /// <returns>The lease's number.</returns>
    Task<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancel);

    /// <returns>Whether the lease still exists; if so its time starts anew.</returns>
    Task<bool> KeepLeaseAsync(long lease, CancellationToken cancel);

    /// <summary>Ends a lease and deletes its keys; one that has ended already is fine.</summary>
    Task RevokeLeaseAsync(long lease, CancellationToken cancel);

    /// <summary>
    /// Everything under a prefix, then every change in order, until cancelled. Whenever changes may have been missed (compaction, a server
    /// that fell silent, a store restored from the past) a whole listing comes again. Waits out a store that does not answer.
    /// </summary>
    IAsyncEnumerable<StoreUpdate> FollowAsync(string prefix, CancellationToken cancel);

    /// <summary>How full the store is.</summary>
    Task<StoreStanding> StandingAsync(CancellationToken cancel);

    /// <summary>Gives up what was before a revision, and the room it took; a store that keeps no history has nothing to do.</summary>
    Task CompactAsync(long revision, CancellationToken cancel);
}
