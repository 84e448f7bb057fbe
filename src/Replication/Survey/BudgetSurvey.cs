using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Survey;

/// <summary>One budget in one period, as all regions' logs show it.</summary>
/// <param name="Limit">The whole budget, as allocated; as configured where nothing is allocated yet.</param>
/// <param name="Regions">Each generation of each region that has a share, a charge or a transfer.</param>
/// <param name="Unread">Regions whose logs could not be read; their spend is missing.</param>
public sealed record BudgetSurvey(AccountKey Account, DateTimeOffset Ends, SpendVector Limit, IReadOnlyList<RegionSurvey> Regions, IReadOnlyList<string> Unread)
{
    /// <summary>Used by calls that have settled, as far as it was reported.</summary>
    public SpendVector Spent => Sum(region => region.Used);

    /// <summary>The part of <see cref="Spent"/> that no provider measured.</summary>
    public SpendVector Estimated => Sum(region => region.Estimated);

    private SpendVector Sum(Func<RegionSurvey, SpendVector> part) => Regions.Aggregate(SpendVector.Zero, (sum, region) => sum + part(region));
}

/// <summary>One region's part of a budget.</summary>
/// <param name="Charged">What its epochs cost it now: granted and not given back, or used.</param>
/// <param name="Available">Given to no epoch and no other region.</param>
/// <param name="Epochs">Those not closed, and those closed without all holders.</param>
public sealed record RegionSurvey(
    string Region,
    int Generation,
    SpendVector Share,
    SpendVector TransferredIn,
    SpendVector TransferredOut,
    SpendVector Charged,
    SpendVector Used,
    SpendVector Estimated,
    SpendVector Available,
    IReadOnlyList<EpochSurvey> Epochs)
{
    /// <summary>Charged and not used: what edges hold, or what is in flight.</summary>
    public SpendVector Held => (Charged - Used).Positive();
}

/// <summary>One epoch with its holders.</summary>
public sealed record EpochSurvey(int Epoch, SpendVector Granted, bool Sealed, SpendVector? Cap, SpendVector? Closed, IReadOnlyList<UsedRow> Holders);
