using GlobalGateway.Replication.Accounts;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Edge;

/// <summary>
/// Fetches rights for an edge's book: out of the region's slices where there are any, or by a grant to itself. What must stay
/// true: the holder's row is written before the log is read for seals, and both come before rights are asked for; an epoch is
/// used only by the call that granted or leased it, never found again later. No step waits or repeats by itself.
/// </summary>
public sealed class RightsSource(EdgeBook book, ILedgerStore store, SliceGrants? slices, AccountSteps steps, Func<Guid> newLease)
{
    /// <summary>Tries once to get rights for one account.</summary>
    public async ValueTask<RightsStep> FetchAsync(Holding holding, AccountView view, RightsWish wish, CancellationToken cancel = default)
    {
        if (slices is not null)
        {
            try
            {
                // Where this edge is registered and has read the seals it needs no ledger to lease.
                return await TakeAsync(holding, view, wish, cancel) ?? await LeaseAsync(holding, view, wish, cancel);
            }
            catch (SlicesUnavailableException)
            {
                // The region's slices are gone for now: this edge goes on by itself.
            }
        }

        await view.RefreshAsync(store, LogRead.Quorum, cancel);
        return await SelfGrantAsync(holding, view, wish, cancel);
    }

    private async ValueTask<RightsStep> LeaseAsync(Holding holding, AccountView view, RightsWish wish, CancellationToken cancel)
    {
        await view.RefreshAsync(store, LogRead.Quorum, cancel);
        foreach (var epoch in OpenSlices(view))
        {
            if (!holding.Usable(epoch) && await RegisterAsync(holding, view, epoch, cancel) && await TakeAsync(holding, view, wish, cancel) is { } taken)
            {
                return taken;
            }
        }

        var granted = await slices!.GrantAsync(view, wish, cancel);
        return granted == RightsStep.Leased ? RightsStep.Moved : granted;
    }

    /// <returns>Null when no slice in which this edge may lease has anything left.</returns>
    private async ValueTask<RightsStep?> TakeAsync(Holding holding, AccountView view, RightsWish wish, CancellationToken cancel)
    {
        foreach (var epoch in OpenSlices(view))
        {
            if (!holding.Usable(epoch))
            {
                continue;
            }

            var want = SpendVector.Max(wish.Need, wish.Expected);
            var lease = await slices!.Store.TakeAsync(view.Key, epoch, newLease(), want, cancel);
            book.Fence(holding, lease.Sealed);
            if (!want.FitsIn(lease.Amount))
            {
                // Nothing ever comes back into a slice.
                view.NoteDrained(epoch);
            }

            if (!lease.Amount.IsZero)
            {
                return await book.LeaseAsync(holding, epoch, lease.Amount, cancel) ? RightsStep.Leased
                    : book.Journal.TakesLeases ? RightsStep.Moved
                    : RightsStep.JournalFull;
            }
        }

        return null;
    }

    private static int[] OpenSlices(AccountView view) =>
        [.. view.Log.Epochs.Where(epoch => epoch.Incarnation is null && epoch.Epoch > view.Log.Sealed && epoch.Closed is null && !view.IsDrained(epoch.Epoch)).Select(epoch => epoch.Epoch)];

    private async ValueTask<RightsStep> SelfGrantAsync(Holding holding, AccountView view, RightsWish wish, CancellationToken cancel)
    {
        await view.ReadRowsAsync(store, cancel);
        if (wish.Size(view).Step is var early and not RightsStep.Leased)
        {
            return early;
        }

        var epoch = view.Log.LastEpoch + 1;
        if (!await RegisterAsync(holding, view, epoch, cancel))
        {
            return book.Journal.TakesLeases ? RightsStep.Moved : RightsStep.JournalFull;
        }

        var (step, amount) = wish.Size(view);
        if (step != RightsStep.Leased || !await steps.GrantAsync(view, epoch, amount, book.Incarnation, cancel))
        {
            return step == RightsStep.Leased ? RightsStep.Moved : step;
        }

        return await book.LeaseAsync(holding, epoch, amount, cancel) ? RightsStep.Leased
            : book.Journal.TakesLeases ? RightsStep.Moved
            : RightsStep.JournalFull;
    }

    // The row first, then the seals: either an agent that lists rows sees this one, or this edge sees the seal.
    private async ValueTask<bool> RegisterAsync(Holding holding, AccountView view, int epoch, CancellationToken cancel)
    {
        if (!book.Journal.TakesLeases || !book.Register(holding, epoch))
        {
            return false;
        }

        // On the disk before anybody can see it: after a crash the successor must know whom it speaks for.
        await book.Journal.SyncAsync(cancel);
        var row = UsedRow.Registered(book.Incarnation, epoch);
        await store.WriteRowAsync(view.Key, row, cancel);
        book.Reported(holding, [row]);
        await view.RefreshAsync(store, LogRead.Quorum, cancel);
        book.ReadSeals(holding, epoch, view.Log.Sealed);
        return holding.Usable(epoch);
    }
}
