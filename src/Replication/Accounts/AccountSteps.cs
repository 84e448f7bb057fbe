using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Accounts;

/// <summary>
/// What agents and edges do to a region's log, each ending in at most one append. Any of them may be stale or stop between two
/// steps; the append's compare-and-set and the order of reads below keep that harmless. No step waits or repeats by itself.
/// </summary>
/// <param name="slices">Told of seals, where a region has any.</param>
/// <param name="foldEvery">Entries after which a log is folded.</param>
public sealed class AccountSteps(ILedgerStore store, Func<Guid> newOperation, ISliceStore? slices = null, int foldEvery = AccountSteps.FoldEvery)
{
    /// <summary>Entries after which a log is folded.</summary>
    public const int FoldEvery = 64;

    /// <summary>Takes the region's share of allocation rows that the log does not have yet. Action: TakeAllocation.</summary>
    /// <param name="withRights">As in <see cref="AllocationPlan.Delta"/>.</param>
    public async ValueTask<bool> TakeAllocationsAsync(AccountView view, IReadOnlyList<AllocationRow> rows, bool withRights, CancellationToken cancel = default) =>
        AllocationPlan.Delta(rows, view.Log, withRights) is { } delta && await view.AppendAsync(store, [delta], newOperation(), cancel);

    /// <summary>Gives rights to a new epoch. Actions: GrantEpoch, and SelfGrant where an incarnation is named.</summary>
    /// <param name="incarnation">Registered in the epoch already; absent for a slice.</param>
    /// <returns>False when the log moved on meanwhile, or the rights are not there any more.</returns>
    public async ValueTask<bool> GrantAsync(AccountView view, int epoch, SpendVector amount, string? incarnation, CancellationToken cancel = default)
    {
        var grant = LogOperation.Grant(epoch, amount, incarnation);
        return amount.FitsIn(view.Available) && view.Log.Check(grant) is null
            && await view.AppendAsync(store, [grant], newOperation(), cancel);
    }

    /// <summary>Says for ever that no epoch so far is leased from again, and tells the region's edges. Action: SealEpoch.</summary>
    /// <returns>False when there is nothing to seal or somebody else was first.</returns>
    public ValueTask<bool> SealAsync(AccountView view, CancellationToken cancel = default) => SealAsync(view, view.Log.LastEpoch, cancel);

    /// <summary>As above, for the epochs up to one of those granted.</summary>
    public async ValueTask<bool> SealAsync(AccountView view, int epoch, CancellationToken cancel = default)
    {
        if (epoch <= view.Log.Sealed || !await view.AppendAsync(store, [LogOperation.Seal(epoch)], newOperation(), cancel))
        {
            return false;
        }

        await store.PublishSealAsync(new SealHint(view.Key, epoch), cancel);
        try
        {
            await (slices?.SealAsync(view.Key, epoch, cancel) ?? default);
        }
        catch (SlicesUnavailableException)
        {
            // It lends nothing either while it is away, and edges hear of the seal without it.
        }

        return true;
    }

    /// <summary>Caps the epochs whose holders are all fenced, and closes those where all has settled. Actions: ListRows, CapEpoch, CloseEpoch.</summary>
    /// <returns>Whether anything was refunded.</returns>
    public async ValueTask<bool> CapAndCloseAsync(AccountView view, CancellationToken cancel = default)
    {
        // The seal is in the log that was read; the rows are read after it. A holder that registers later reads the seal.
        await view.ReadRowsAsync(store, cancel);
        var operations = new List<LogOperation>();
        foreach (var epoch in view.Log.Epochs)
        {
            if (epoch.Epoch > view.Log.Sealed || epoch.Closed is not null)
            {
                continue;
            }

            var rows = view.RowsOf(epoch.Epoch);
            if (rows.All(row => row.Final))
            {
                operations.Add(LogOperation.Close(epoch.Epoch, UsedRow.TotalUsed(rows), Total(rows, row => row.Estimated)));
            }
            else if (epoch.Cap is null && rows.All(row => row.Cap is not null))
            {
                operations.Add(LogOperation.Cap(epoch.Epoch, Total(rows, row => row.Cap!.Value)));
            }
        }

        return operations.Count > 0 && await view.AppendAsync(store, operations, newOperation(), cancel);
    }

    /// <summary>Closes an epoch whose holders will never answer, at all that was granted or more. Action: ForceClose.</summary>
    public async ValueTask<bool> ForceCloseAsync(AccountView view, int epoch, CancellationToken cancel = default)
    {
        await view.ReadRowsAsync(store, cancel);
        if (view.Log.Find(epoch) is not { Closed: null } state || epoch > view.Log.Sealed)
        {
            return false;
        }

        var rows = view.RowsOf(epoch);
        var charge = state.Charge(UsedRow.TotalUsed(rows));
        var measured = UsedRow.TotalUsed(rows) - Total(rows, row => row.Estimated);
        return await view.AppendAsync(store, [LogOperation.Close(epoch, charge, charge - measured, incomplete: true)], newOperation(), cancel);
    }

    /// <summary>Books what holders of a closed epoch reported after all. Action: Adjust.</summary>
    public async ValueTask<bool> AdjustAsync(AccountView view, CancellationToken cancel = default)
    {
        var operations = new List<LogOperation>();
        foreach (var epoch in view.Log.Epochs.ToArray())
        {
            if (epoch.Closed is not { } closed)
            {
                continue;
            }

            var rows = await store.ReadRowsAsync(view.Key, epoch.Epoch, cancel);
            var charge = SpendVector.Max(closed, UsedRow.TotalUsed(rows));
            var estimated = charge - (UsedRow.TotalUsed(rows) - Total(rows, row => row.Estimated));
            if (charge != closed || estimated != epoch.Estimated)
            {
                operations.Add(LogOperation.Adjust(epoch.Epoch, charge, estimated));
            }
        }

        return operations.Count > 0 && await view.AppendAsync(store, operations, newOperation(), cancel);
    }

    /// <summary>Gives rights to another region, up to what it wants in total. Action: Transfer.</summary>
    /// <param name="keep">What this region does not give away.</param>
    public async ValueTask<bool> TransferAsync(AccountView view, TransferDemand demand, SpendVector keep, CancellationToken cancel = default)
    {
        var given = view.Log.TransferredTo(demand.Receiver, demand.ReceiverGeneration);
        var amount = SpendVector.Min((demand.Total - given).Positive(), (view.Available - keep).Positive());
        // Whoever is in debt in one unit gives none of any.
        return !amount.IsZero && view.Available.IsWhole
            && await view.AppendAsync(store, [LogOperation.Transfer(demand.Receiver, demand.ReceiverGeneration, amount)], newOperation(), cancel);
    }

    /// <summary>Writes the whole state, so that readers need not begin at the beginning. Action: Fold.</summary>
    public async ValueTask<bool> FoldAsync(AccountView view, CancellationToken cancel = default) =>
        view.Log.EntriesSinceFold >= foldEvery
        && await view.AppendAsync(store, [LogOperation.Fold(view.Log.ToFold())], newOperation(), cancel);

    private static SpendVector Total(IReadOnlyList<UsedRow> rows, Func<UsedRow, SpendVector> part)
    {
        var total = SpendVector.Zero;
        foreach (var row in rows)
        {
            total += part(row);
        }

        return total;
    }
}
