using GlobalGateway.Replication.Accounts;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Agent;

/// <summary>
/// What a region's agent does for one account, again and again: takes allocations, gives what other regions want, caps and closes
/// sealed epochs, ends periods, folds. Idempotent; any number of agents may run at once, and each may be stale.
/// </summary>
public sealed class AccountDuties(ILedgerStore store, AccountSteps steps)
{
    /// <summary>How long after a period's end epochs whose holders do not answer stay open.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    /// <summary>Every grant reads the rows of all open epochs: with more, those before the newest are called in and closed.</summary>
    public const int OpenEpochsMax = 8;

    /// <summary>Goes through the account once.</summary>
    /// <param name="answersDemand">Whether somebody asked just now: a wish that nobody has any more must not call rights back from those who use them.</param>
    /// <param name="now">By this machine's clock, which may be wrong by <see cref="RegionGeneration.SkewMax"/>.</param>
    /// <returns>Whether the log changed.</returns>
    public async ValueTask<bool> PassAsync(AccountView view, IReadOnlyList<AllocationRow> rows, bool withRights, bool answersDemand, long periodEnd, DateTimeOffset now, CancellationToken cancel = default)
    {
        await view.RefreshAsync(store, LogRead.Quorum, cancel);
        var end = DateTimeOffset.FromUnixTimeSeconds(periodEnd);
        var changed = false;
        if (now < end + RegionGeneration.SkewMax)
        {
            changed |= await steps.TakeAllocationsAsync(view, rows, withRights, cancel);
            changed |= answersDemand && await GiveAsync(view, cancel);
            changed |= view.Log.Epochs.Count(static epoch => epoch.Closed is null) > OpenEpochsMax && await steps.SealAsync(view, view.Log.LastEpoch - 1, cancel);
        }
        else
        {
            changed |= await steps.SealAsync(view, cancel);
        }

        if (view.Log.Epochs.Count > 0)
        {
            changed |= await steps.CapAndCloseAsync(view, cancel);
            changed |= await steps.AdjustAsync(view, cancel);
        }

        if (now >= end + RegionGeneration.SkewMax + Grace)
        {
            changed |= await EndAsync(view, cancel);
        }

        return changed | await steps.FoldAsync(view, cancel);
    }

    private async ValueTask<bool> GiveAsync(AccountView view, CancellationToken cancel)
    {
        var changed = false;
        foreach (var demand in await store.ReadDemandAsync(view.Key.Account, cancel))
        {
            if (demand.Giver != view.Key.Region || demand.Total.FitsIn(view.Log.TransferredTo(demand.Receiver, demand.ReceiverGeneration)))
            {
                continue;
            }

            await view.ReadRowsAsync(store, cancel);
            var gave = await steps.TransferAsync(view, demand, keep: default, cancel);
            // What is held here unspent is called back for those who have nothing.
            changed |= gave || await steps.SealAsync(view, cancel);
        }

        return changed;
    }

    private async ValueTask<bool> EndAsync(AccountView view, CancellationToken cancel)
    {
        foreach (var epoch in view.Log.Epochs)
        {
            if (epoch.Closed is null && epoch.Epoch <= view.Log.Sealed)
            {
                return await steps.ForceCloseAsync(view, epoch.Epoch, cancel);
            }
        }

        return false;
    }
}
