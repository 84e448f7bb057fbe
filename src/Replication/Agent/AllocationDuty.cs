using GlobalGateway.Replication.Accounts;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Agent;

/// <summary>Keeps budgets' allocation rows as the configuration wants them; the region that a budget's hash puts first writes first.</summary>
internal sealed class AllocationDuty(AccountPeriods periods, ILedgerStore store)
{
    /// <summary>How many passes other regions leave a row to the first one.</summary>
    private const int PatienceMax = 5;

    private readonly Dictionary<string, int> _patience = [];

    public async ValueTask KeepAsync(BudgetSpec budget, long period, CancellationToken cancel)
    {
        var rows = await store.ReadAllocationsAsync(budget.Id, cancel);
        var wish = periods.WishFor(budget);
        var taken = rows.Count > 0 && await FallsTakenAsync(rows, budget.Calendar, cancel);
        if (AllocationPlan.Next(wish, rows, Math.Max(period, rows.Count == 0 ? period : rows[^1].Period), () => taken) is not { } next)
        {
            _patience.Remove(budget.Id);
            return;
        }

        var waited = _patience.GetValueOrDefault(budget.Id);
        if (wish.Regions[0] != store.Region && waited < PatienceMax)
        {
            _patience[budget.Id] = waited + 1;
            return;
        }

        await store.InsertAllocationAsync(next, cancel);
    }

    // Every region's logs of the newest row's period and the one after it show the newest row that concerns them.
    private async ValueTask<bool> FallsTakenAsync(IReadOnlyList<AllocationRow> rows, BudgetCalendar calendar, CancellationToken cancel)
    {
        if (rows[^1].Goal is null)
        {
            return false;
        }

        foreach (var share in rows[^1].Split)
        {
            var generation = (await store.ReadGenerationAsync(share.Region, cancel)).Number;
            foreach (var period in (long[])[rows[^1].Period, calendar.Next(rows[^1].Period)])
            {
                var view = new AccountView(new LogKey(new AccountKey(rows[^1].Budget, period), share.Region, generation));
                await view.RefreshAsync(store, LogRead.Quorum, cancel);
                if (view.Log.AllocationSequence < rows[^1].Sequence)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
