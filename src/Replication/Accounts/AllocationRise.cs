using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Accounts;

/// <summary>Says whether an allocation row that lets regions rise may be written. Action of the specification: Allocate.</summary>
public static class AllocationRise
{
    /// <summary>
    /// Every region's logs show all rows so far, and none has granted more than the next row leaves it: rights that fell after they
    /// were granted must not be given to another region.
    /// </summary>
    public static async ValueTask<bool> IsSafeAsync(
        ILedgerStore store, IReadOnlyList<AllocationRow> rows, AllocationRow next, BudgetCalendar calendar, CancellationToken cancel = default)
    {
        foreach (var period in Periods(rows, calendar))
        {
            var views = new List<AccountView>();
            foreach (var region in rows.SelectMany(row => row.Split).Select(share => share.Region).Distinct())
            {
                var generation = (await store.ReadGenerationAsync(region, cancel)).Number;
                var view = new AccountView(new LogKey(new AccountKey(next.Budget, period), region, generation));
                await view.RefreshAsync(store, LogRead.Quorum, cancel);
                await view.ReadRowsAsync(store, cancel);
                views.Add(view);
            }

            foreach (var view in views)
            {
                view.ReceiveTransfers(views.Aggregate(SpendVector.Zero, (sum, giver) => sum + giver.Log.TransferredTo(view.Key.Region, view.Key.Generation)));
                var rise = next.ShareOf(view.Key.Region) - rows[^1].ShareOf(view.Key.Region);
                if (view.Log.AllocationSequence < rows[^1].Sequence || !(view.Available + rise).IsWhole)
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>The periods whose logs may have taken the newest row.</summary>
    public static long[] Periods(IReadOnlyList<AllocationRow> rows, BudgetCalendar calendar) => [rows[^1].Period, calendar.Next(rows[^1].Period)];
}
