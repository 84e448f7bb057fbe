using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.Replication.Accounts;

/// <summary>Why rights are asked for.</summary>
/// <param name="Need">What a waiting request lacks.</param>
/// <param name="Expected">What this edge expects to spend before it asks again.</param>
/// <param name="Edges">Edges of the region that share what is left.</param>
public readonly record struct RightsWish(SpendVector Need, SpendVector Expected, int Edges)
{
    /// <summary>What to grant now; nothing when what is needed is not there.</summary>
    public (RightsStep Step, SpendVector Amount) Size(AccountView view)
    {
        var available = view.Available;
        if (available.IsZero || !available.IsWhole || !Need.FitsIn(available))
        {
            return (RightsStep.Exhausted, default);
        }

        var share = view.Log.Share + view.TransfersIn - view.Log.TotalTransferredOut;
        return (RightsStep.Leased, SliceSizing.Next(available, share, Need, Expected, Edges));
    }
}
