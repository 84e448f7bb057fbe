using GlobalGateway.Replication.Accounts;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Survey;

/// <summary>Reads how a budget stands in every region. It appends nothing and decides nothing; logs it has read are kept for the next time.</summary>
internal sealed class BudgetSurveyor(ILedgerStore store)
{
    /// <summary>Logs kept; with more, all are read anew.</summary>
    public const int LogsMax = 4_096;

    private readonly Dictionary<LogKey, AccountView> _views = [];
    private SemaphoreSlim Gate { get; } = new(1, 1);

    public async ValueTask<BudgetSurvey> SurveyAsync(BudgetSpec budget, long period, IReadOnlyList<string> regions, CancellationToken cancel = default)
    {
        await Gate.WaitAsync(cancel);
        try
        {
            return await ReadAsync(budget, period, regions, cancel);
        }
        finally
        {
            Gate.Release();
        }
    }

    private async ValueTask<BudgetSurvey> ReadAsync(BudgetSpec budget, long period, IReadOnlyList<string> regions, CancellationToken cancel)
    {
        if (_views.Count > LogsMax)
        {
            _views.Clear();
        }

        var account = new AccountKey(budget.Id, period);
        var views = new List<AccountView>(regions.Count);
        var unread = new List<string>();
        foreach (var region in regions)
        {
            try
            {
                var newest = (await store.ReadGenerationAsync(region, cancel)).Number;
                for (var generation = 1; generation <= newest; generation++)
                {
                    views.Add(await ReadAsync(new LogKey(account, region, generation), cancel));
                }
            }
            catch (Exception problem) when (problem is LedgerUnavailableException or LedgerCorruptException)
            {
                unread.Add(region);
            }
        }

        var row = (await store.ReadAllocationsAsync(budget.Id, cancel)).LastOrDefault(row => row.Period <= period);
        var parts = views.Select(view => Part(view, views)).Where(part => !(part.Share.IsZero && part.TransferredIn.IsZero && part.Charged.IsZero && part.Epochs.Count == 0 && part.Generation > 1)).ToList();
        return new BudgetSurvey(account, DateTimeOffset.FromUnixTimeSeconds(budget.Calendar.Next(period)), row?.Amount ?? budget.Amount, parts, unread);
    }

    private async ValueTask<AccountView> ReadAsync(LogKey key, CancellationToken cancel)
    {
        if (!_views.TryGetValue(key, out var view))
        {
            _views.Add(key, view = new AccountView(key));
        }

        await view.RefreshAsync(store, LogRead.Known, cancel);
        await view.ReadRowsAsync(store, cancel);
        return view;
    }

    private static RegionSurvey Part(AccountView view, List<AccountView> all)
    {
        var log = view.Log;
        var received = SpendVector.Zero;
        foreach (var other in all)
        {
            received += other == view ? default : other.Log.TransferredTo(log.Key.Region, log.Key.Generation);
        }

        var charged = log.Charged(view.UsedOf);
        var (used, estimated) = (charged, log.ClosedEstimated);
        foreach (var epoch in log.Epochs)
        {
            if (epoch.Closed is null)
            {
                used -= epoch.Charge(view.UsedOf(epoch.Epoch)) - view.UsedOf(epoch.Epoch);
                estimated = view.RowsOf(epoch.Epoch).Aggregate(estimated, (sum, row) => sum + row.Estimated);
            }
        }

        return new RegionSurvey(
            log.Key.Region, log.Key.Generation, log.Share, received, log.TotalTransferredOut, charged, used, estimated, log.Available(received, view.UsedOf),
            [.. log.Epochs.Select(e => new EpochSurvey(e.Epoch, e.Granted, e.Epoch <= log.Sealed, e.Cap, e.Closed, view.RowsOf(e.Epoch)))]);
    }
}
