using GlobalGateway.Replication.Accounts;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Agent;

/// <summary>Keeps budgets' allocation rows as the configuration wants them; the region that a budget's hash puts first writes first.</summary>
internal sealed class AllocationDuty(AccountPeriods periods, ILedgerStore store, AccountSteps steps)
{
    /// <summary>How many passes other regions leave a row to the first one.</summary>
    private const int PatienceMax = 5;

    private readonly Dictionary<string, int> _patience = [];

    // Rows that changed a running period, by budget, which this region's logs have.
    private readonly Dictionary<string, int> _taken = [];

    public async ValueTask KeepAsync(BudgetSpec budget, long period, CancellationToken cancel)
    {
        var rows = await store.ReadAllocationsAsync(budget.Id, cancel);
        var wish = periods.WishFor(budget);
        if (rows.Count > 1 && rows[^1].Period == rows[^2].Period && _taken.GetValueOrDefault(budget.Id) < rows[^1].Sequence)
        {
            // Changed while its period runs: also for an account that is spent and at rest.
            _taken[budget.Id] = await TakeOwnAsync(budget, rows, cancel) ? rows[^1].Sequence : 0;
        }

        var rises = false;
        var at = Math.Max(period, rows.Count == 0 ? period : rows[^1].Period);
        var next = AllocationPlan.Next(wish, rows, at, () => !(rises = true));
        if (rises)
        {
            next = AllocationPlan.Next(wish, rows, at, static () => true)!;
            await TakeOwnAsync(budget, rows, cancel);
            next = await AllocationRise.IsSafeAsync(store, rows, next, budget.Calendar, cancel) ? next : null;
        }

        if (next is null)
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

    // A rise waits for every region's logs, also where nobody spends: this is where such a log is begun. False when a log moved on meanwhile.
    private async ValueTask<bool> TakeOwnAsync(BudgetSpec budget, IReadOnlyList<AllocationRow> rows, CancellationToken cancel)
    {
        var all = true;
        foreach (var period in AllocationRise.Periods(rows, budget.Calendar))
        {
            // The period after gets no row of its own here: with one, what changes again in the present period would count from then on only.
            var account = await periods.FollowAsync(budget, period, cancel);
            await account.Gate.WaitAsync(cancel);
            try
            {
                await account.View.RefreshAsync(store, LogRead.Quorum, cancel);
                while (await steps.TakeAllocationsAsync(account.View, rows, account.WithRights, cancel))
                {
                }

                if (account.IsOpen || period == rows[^1].Period)
                {
                    account.Allocate([.. rows]);
                }

                all &= account.View.Log.AllocationSequence >= rows[^1].Sequence;
            }
            finally
            {
                periods.Rest(account);
                account.Gate.Release();
            }
        }

        return all;
    }
}
