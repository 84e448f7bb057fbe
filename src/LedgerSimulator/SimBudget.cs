using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.LedgerSimulator;

/// <summary>A budget of a simulated fleet.</summary>
/// <param name="Typical">What one call wants of it.</param>
internal sealed record SimBudget(string Id, BudgetUnits Units, SpendVector Typical)
{
    public BudgetCalendar Calendar { get; } = new(CalendarUnit.Day);
}

/// <summary>What one revision of the configuration says of all budgets.</summary>
internal sealed record SimConfig(long Sequence, int Scale, IReadOnlyList<string> Regions);
