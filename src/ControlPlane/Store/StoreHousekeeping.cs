using GlobalGateway.ControlPlane.Store.Leadership;

namespace GlobalGateway.ControlPlane.Store;

/// <summary>Lets the store forget what nobody can ask for any more: its revisions of more than five minutes ago.</summary>
public sealed partial class StoreHousekeeping(IKeyValueStore store, StoreMirror mirror, TimeProvider clock, ILogger<StoreHousekeeping> log) : ILeaderDuty
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    public async Task RunAsync(ILeadership term)
    {
        while (true)
        {
            var revision = mirror.Current.Revision;
            await Task.Delay(Every, clock, term.Ended);
            try
            {
                await store.CompactAsync(revision, term.Ended);
            }
            catch (StoreException problem)
            {
                // The store works on without; it only grows.
                NotCompacted(problem.Message);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "the store was not compacted: {Why}", EventName = "not compacted")]
    private partial void NotCompacted(string why);
}
