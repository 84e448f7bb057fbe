using System.Collections.Concurrent;
using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.Config.Stores;

/// <summary>Everything that is written under the fleet's keys from its making on, as a watch of the store tells it.</summary>
internal sealed class StoreLog : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<StoreEntry> _written = new();
    private readonly Task _following;

    private long _since;

    public StoreLog(StoreFleet fleet) => _following = FollowAsync(fleet);

    /// <summary>With the values of each change, the oldest first.</summary>
    public IReadOnlyCollection<StoreEntry> Written => _written;

    /// <summary>The store's revision when it was first listed; 0 before.</summary>
    public long Since => Volatile.Read(ref _since);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following;
        _stop.Dispose();
    }

    private async Task FollowAsync(StoreFleet fleet)
    {
        try
        {
            await foreach (var update in fleet.Store.FollowAsync(fleet.Keys.Root, _stop.Token))
            {
                Interlocked.CompareExchange(ref _since, update.Revision, 0);
                foreach (var entry in update.Entries)
                {
                    _written.Enqueue(entry);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The test is over.
        }
    }
}
