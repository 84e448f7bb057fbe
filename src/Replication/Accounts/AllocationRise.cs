using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Accounts;

/// <summary>Says whether an allocation row that lets regions rise may be written. Action of the specification: Allocate.</summary>
public static class AllocationRise
{
    /// <summary>
    /// Every region's logs show all rows so far, and none has granted more than the next row leaves it: rights that fell after they
    /// were granted must not be given to another region. A region in a new generation can no longer fall by what its predecessor
    /// may have taken, so the next row must leave it that much.
    /// </summary>
    public static async ValueTask<bool> IsSafeAsync(
        ILedgerStore store, IReadOnlyList<AllocationRow> rows, AllocationRow next, BudgetCalendar calendar, CancellationToken cancel = default)
    {
        foreach (var period in Periods(rows, calendar))
        {
            var views = new List<(AccountView View, bool HasRights)>();
            foreach (var region in rows.SelectMany(row => row.Split).Select(share => share.Region).Distinct())
            {
                var generation = await store.ReadGenerationAsync(region, cancel);
                var hasRights = generation.HasRights(calendar, period);
                if (!hasRights && rows.Any(row => row.Period <= period && !row.ShareOf(region).FitsIn(next.ShareOf(region))))
                {
                    return false;
                }

                var view = new AccountView(new LogKey(new AccountKey(next.Budget, period), region, generation.Number));
                await view.RefreshAsync(store, LogRead.Quorum, cancel);
                await view.ReadRowsAsync(store, cancel);
                views.Add((view, hasRights));
            }

            foreach (var (view, hasRights) in views)
            {
                view.ReceiveTransfers(views.Aggregate(SpendVector.Zero, (sum, giver) => sum + giver.View.Log.TransferredTo(view.Key.Region, view.Key.Generation)));
                var rise = hasRights ? next.ShareOf(view.Key.Region) - rows[^1].ShareOf(view.Key.Region) : default;
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
