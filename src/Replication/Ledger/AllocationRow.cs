namespace GlobalGateway.Replication.Ledger;

/// <summary>How a budget is divided among the regions, from one period on until the next row.</summary>
/// <param name="Sequence">From 1, without gaps; written once.</param>
/// <param name="Period">The first period it holds for, as in <see cref="AccountKey.Period"/>.</param>
/// <param name="PointerSequence">The configuration it was made from; never less than the row's before.</param>
/// <param name="Amount">The whole budget; at least the sum of <paramref name="Split"/>.</param>
/// <param name="Home">The region that others forward to while the budget is small; absent for one that is divided.</param>
/// <param name="Goal">Set while regions must fall before others may rise: the split of the row after this one.</param>
public sealed record AllocationRow(
    string Budget,
    int Sequence,
    long Period,
    long PointerSequence,
    BudgetUnits Units,
    SpendVector Amount,
    IReadOnlyList<RegionShare> Split,
    string? Home = null,
    IReadOnlyList<RegionShare>? Goal = null)
{
    public SpendVector ShareOf(string region)
    {
        foreach (var share in Split)
        {
            if (share.Region == region)
            {
                return share.Share;
            }
        }

        return default;
    }
}

/// <summary>What one region may spend of a budget.</summary>
public readonly record struct RegionShare(string Region, SpendVector Share);
