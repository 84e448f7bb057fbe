using GlobalGateway.Replication.Accounts;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Survey;

/// <summary>What only an operator does to this region's part of a budget. Each is one append; whoever loses the race tries anew.</summary>
public sealed class BudgetOperations(EdgeQuota quota)
{
    private const int TriesMax = 16;

    /// <summary>Gives unspent rights to another region, at most what no epoch has.</summary>
    /// <returns>What was given, and what is left to give.</returns>
    /// <exception cref="LedgerUnavailableException">It may or may not have happened.</exception>
    public async ValueTask<(SpendVector Given, SpendVector Left)> TransferAsync(BudgetAccount budget, string to, SpendVector amount, CancellationToken cancel = default)
    {
        var generation = (await quota.Store.ReadGenerationAsync(to, cancel)).Number;
        return await WithAccountAsync(
            budget,
            async account =>
            {
                var view = account.View;
                await view.RefreshAsync(quota.Store, LogRead.Quorum, cancel);
                var before = view.Log.TransferredTo(to, generation);
                for (var tries = 0; tries < TriesMax && view.Log.TransferredTo(to, generation) == before; tries++)
                {
                    await ReadAllAsync(account, cancel);
                    var demand = new TransferDemand(view.Key.Account, view.Key.Region, to, generation, before + amount);
                    if (!await quota.Steps.TransferAsync(view, demand, keep: default, cancel) && view.Available.Positive().IsZero)
                    {
                        break;
                    }
                }

                return (view.Log.TransferredTo(to, generation) - before, view.Available.Positive());
            },
            cancel);
    }

    /// <summary>Closes an epoch whose holders will never answer, at all that was granted or more; later reports are still booked.</summary>
    /// <returns>What it is charged; null when the region has no such open epoch.</returns>
    public ValueTask<SpendVector?> CloseEpochAsync(BudgetAccount budget, int epoch, CancellationToken cancel = default) => WithAccountAsync<SpendVector?>(
        budget,
        async account =>
        {
            var view = account.View;
            await view.RefreshAsync(quota.Store, LogRead.Quorum, cancel);
            for (var tries = 0; tries < TriesMax && view.Log.Find(epoch) is { Closed: null } state; tries++)
            {
                if (epoch > view.Log.Sealed)
                {
                    // Nothing is leased from it any more; holders that live give back what they hold.
                    await quota.Steps.SealAsync(view, cancel);
                    continue;
                }

                await view.ReadRowsAsync(quota.Store, cancel);
                var charge = state.Charge(view.UsedOf(epoch));
                if (await quota.Steps.ForceCloseAsync(view, epoch, cancel))
                {
                    return charge;
                }
            }

            return null;
        },
        cancel);

    /// <summary>
    /// Opens a new generation of this region, because its ledger was lost or restored: what was granted so far stays charged, and the
    /// new one begins with nothing. Edges take it when they start.
    /// </summary>
    public async ValueTask<RegionGeneration> OpenGenerationAsync(int after, CancellationToken cancel = default) =>
        await quota.Store.OpenGenerationAsync(after, quota.Clock.GetUtcNow(), cancel);

    /// <summary>
    /// Brings back what an earlier generation of this region has unspent, in the present period. Only with proof that no edge of
    /// that generation runs any more: what one of them still used would be charged to nobody.
    /// </summary>
    /// <param name="generation">Below the region's present one.</param>
    /// <returns>What this generation was given.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The region is not past that generation.</exception>
    public async ValueTask<SpendVector> ReclaimAsync(BudgetAccount budget, int generation, CancellationToken cancel = default)
    {
        var present = await quota.OpenAsync(budget, cancel);
        if (generation < 1 || generation >= present.Log.Generation)
        {
            throw new ArgumentOutOfRangeException(nameof(generation), $"region {present.Log.Region} is in generation {present.Log.Generation}; only an earlier one can be reclaimed");
        }

        var view = new AccountView(present.Log with { Generation = generation });
        var before = SpendVector.Zero;
        for (var tries = 0; tries < TriesMax; tries++)
        {
            await view.RefreshAsync(quota.Store, LogRead.Serial, cancel);
            before = tries == 0 ? view.Log.TransferredTo(present.Log.Region, present.Log.Generation) : before;
            if (await quota.Steps.SealAsync(view, cancel))
            {
                continue;
            }

            if (view.Log.Epochs.FirstOrDefault(epoch => epoch.Closed is null) is { } open)
            {
                tries -= await quota.Steps.ForceCloseAsync(view, open.Epoch, cancel) ? 1 : 0;
                continue;
            }

            var all = new TransferDemand(view.Key.Account, view.Key.Region, present.Log.Region, present.Log.Generation, new SpendVector(long.MaxValue, long.MaxValue, long.MaxValue) / 4);
            if (await quota.Steps.TransferAsync(view, all, keep: default, cancel) || view.Available.Positive().IsZero)
            {
                break;
            }
        }

        await view.RefreshAsync(quota.Store, LogRead.Serial, cancel);
        return view.Log.TransferredTo(present.Log.Region, present.Log.Generation) - before;
    }

    // What other regions gave counts as available too.
    private async ValueTask ReadAllAsync(AccountPeriod account, CancellationToken cancel)
    {
        foreach (var region in quota.Periods.Regions)
        {
            if (region == account.Log.Region && account.Log.Generation > 1)
            {
                await account.Receipts.ReadAsync(quota.Store, region, account.Log.Generation - 1, cancel);
            }
            else if (region != account.Log.Region)
            {
                await account.Receipts.ReadAsync(quota.Store, region, (await quota.Store.ReadGenerationAsync(region, cancel)).Number, cancel);
            }
        }

        await account.View.RefreshAsync(quota.Store, LogRead.Quorum, cancel);
        await account.View.ReadRowsAsync(quota.Store, cancel);
    }

    private async ValueTask<T> WithAccountAsync<T>(BudgetAccount budget, Func<AccountPeriod, ValueTask<T>> act, CancellationToken cancel)
    {
        var account = await quota.OpenAsync(budget, cancel);
        await account.Gate.WaitAsync(cancel);
        try
        {
            return await act(account);
        }
        finally
        {
            account.Gate.Release();
        }
    }
}
