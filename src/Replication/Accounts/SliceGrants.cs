using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Accounts;

/// <summary>Grants slices for all edges of a region and loads them, once each: an epoch whose slice is gone is sealed, never loaded again.</summary>
public sealed class SliceGrants(ILedgerStore store, ISliceStore slices, AccountSteps steps)
{
    public ISliceStore Store => slices;

    /// <summary>Actions of the specification: GrantEpoch, then LoadSlice.</summary>
    /// <exception cref="SlicesUnavailableException">The slice may or may not be loaded; its rights stay charged until it is sealed and closed.</exception>
    public async ValueTask<RightsStep> GrantAsync(AccountView view, RightsWish wish, CancellationToken cancel = default)
    {
        await view.ReadRowsAsync(store, cancel);
        var (step, amount) = wish.Size(view);
        if (step != RightsStep.Leased)
        {
            return step;
        }

        var epoch = view.Log.LastEpoch + 1;
        if (!await steps.GrantAsync(view, epoch, amount, incarnation: null, cancel))
        {
            return RightsStep.Moved;
        }

        await slices.LoadAsync(view.Key, epoch, amount, cancel);
        return RightsStep.Leased;
    }
}
