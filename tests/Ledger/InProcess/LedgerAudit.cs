using GlobalGateway.Replication.Accounts;
using GlobalGateway.Replication.Embedded;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Ledger.InProcess;

/// <summary>Reads the ledger as its files have it, after everything ended.</summary>
internal sealed class LedgerAudit(string ledger, IReadOnlyList<string> regions, AccountKey account)
{
    private readonly LedgerFolder _folder = new(ledger);

    /// <summary>Seals, caps and closes every epoch; those whose holders never answer are closed by force.</summary>
    /// <returns>What all regions were charged, and how much of it no settlement measured.</returns>
    public async Task<(SpendVector Charged, SpendVector Estimated, int Forced)> CloseAsync()
    {
        var (charged, estimated, forced) = (SpendVector.Zero, SpendVector.Zero, 0);
        foreach (var region in regions)
        {
            var store = new DirectoryLedger(_folder, region);
            var steps = new AccountSteps(store, Guid.NewGuid);
            var view = new AccountView(new LogKey(account, region, 1));
            await view.RefreshAsync(store, LogRead.Serial);
            await steps.SealAsync(view);
            await steps.CapAndCloseAsync(view);
            foreach (var epoch in view.Log.Epochs.Where(epoch => epoch.Closed is null).ToArray())
            {
                forced += await steps.ForceCloseAsync(view, epoch.Epoch) ? 1 : 0;
            }

            charged += view.Log.Charged(view.UsedOf);
            estimated += view.Log.ClosedEstimated;
        }

        return (charged, estimated, forced);
    }

    public async Task<List<UsageEvent>> EventsAsync()
    {
        var events = new List<UsageEvent>();
        await foreach (var usage in new DirectoryUsage(_folder).QueryAsync(new UsageQuery(DateTimeOffset.MinValue, DateTimeOffset.MaxValue)))
        {
            events.Add(usage);
        }

        return events;
    }
}
