using GlobalGateway.Replication.Edge;

namespace GlobalGateway.EdgeNode.Quota;

/// <summary>Why a call may not be made.</summary>
/// <param name="Budget">The one that refused; null when none did.</param>
public sealed record QuotaRefusal(QuotaOutcome Outcome, CompiledBudget? Budget, Replication.Ledger.SpendVector Wanted);
