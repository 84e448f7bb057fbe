using System.Diagnostics;
using GlobalGateway.Replication.Accounts;
using GlobalGateway.Replication.Embedded;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Testing.Ledgers;

/// <summary>Settles one budget's period and says what all regions were charged, as the ledger itself has it.</summary>
/// <param name="regions">Each region and a store through which its log may be written.</param>
public sealed class LedgerAudit(IReadOnlyList<(string Region, ILedgerStore Store)> regions, IUsageStore usage, AccountKey account)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    private readonly (AccountView View, AccountSteps Steps, ILedgerStore Store)[] _logs =
        [.. regions.Select(region => (new AccountView(new LogKey(account, region.Region, 1)), new AccountSteps(region.Store, Guid.NewGuid), region.Store))];

    /// <summary>The ledger in a folder.</summary>
    public LedgerAudit(string ledger, IReadOnlyList<string> regions, AccountKey account)
        : this([.. regions.Select(region => (region, (ILedgerStore)new DirectoryLedger(new LedgerFolder(ledger), region)))], new DirectoryUsage(new LedgerFolder(ledger)), account)
    {
    }

    public SpendVector Charged => _logs.Aggregate(SpendVector.Zero, static (sum, log) => sum + log.View.Log.Charged(log.View.UsedOf));

    /// <summary>How much of it no settlement measured.</summary>
    public SpendVector Estimated => _logs.Aggregate(SpendVector.Zero, static (sum, log) => sum + log.View.Log.ClosedEstimated);

    /// <summary>Epochs that some holder has not settled.</summary>
    public int Open => _logs.Sum(log => log.View.Log.Epochs.Count(epoch => epoch.Closed is null));

    /// <summary>Seals, caps and closes every epoch while edges run, until all is closed or <paramref name="limit"/> is over.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> SettleAsync(TimeSpan limit)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                foreach (var (view, steps, store) in _logs)
                {
                    await StepAsync(view, steps, store);
                }

                if (Open == 0)
                {
                    return watch.Elapsed;
                }
            }
            catch (LedgerUnavailableException) when (watch.Elapsed < limit)
            {
                // It has just come back.
            }

            if (watch.Elapsed > limit)
            {
                return watch.Elapsed;
            }

            await Task.Delay(LookEvery);
        }
    }

    /// <summary>Seals, caps and closes every epoch; those whose holders never answer are closed by force.</summary>
    /// <returns>What all regions were charged, and how much of it no settlement measured.</returns>
    public async Task<(SpendVector Charged, SpendVector Estimated, int Forced)> CloseAsync()
    {
        var forced = 0;
        foreach (var (view, steps, store) in _logs)
        {
            await StepAsync(view, steps, store);
            foreach (var epoch in view.Log.Epochs.Where(epoch => epoch.Closed is null).ToArray())
            {
                forced += await steps.ForceCloseAsync(view, epoch.Epoch) ? 1 : 0;
            }
        }

        return (Charged, Estimated, forced);
    }

    public async Task<List<UsageEvent>> EventsAsync(DateTimeOffset? from = null, string? tenant = null)
    {
        var events = new List<UsageEvent>();
        await foreach (var one in usage.QueryAsync(new UsageQuery(from ?? DateTimeOffset.MinValue, DateTimeOffset.MaxValue, tenant)))
        {
            events.Add(one);
        }

        return events;
    }

    private static async Task StepAsync(AccountView view, AccountSteps steps, ILedgerStore store)
    {
        await view.RefreshAsync(store, LogRead.Serial);
        await steps.SealAsync(view);
        await steps.CapAndCloseAsync(view);
    }
}
