using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.Replication.Edge;

/// <summary>One budget as the configuration has it.</summary>
/// <param name="Id">Stable: what is spent is kept under it.</param>
/// <param name="Amount">What all regions together may spend in a period; zero in units that are not limited.</param>
/// <param name="Overdraft">Nano-dollars that may be spent while the ledger does not answer; set aside ahead. 0: nothing.</param>
public sealed record BudgetSpec(string Id, BudgetUnits Units, SpendVector Amount, BudgetCalendar Calendar, long Overdraft = 0);
