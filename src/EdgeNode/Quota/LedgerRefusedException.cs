namespace GlobalGateway.EdgeNode.Quota;

/// <summary>The ledger's servers are reached and are not ones that budgets can rest on; the message says what to change.</summary>
public sealed class LedgerRefusedException(string message) : Exception(message);
