namespace GlobalGateway.Replication.Ledger;

/// <summary>Which units a budget limits; the numbers are stored.</summary>
[Flags]
public enum BudgetUnits
{
    None = 0,
    Requests = 1,
    Tokens = 2,

    /// <summary>Nano-dollars.</summary>
    Spend = 4,
}
