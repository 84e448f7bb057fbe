namespace GlobalGateway.Replication.Ledger;

/// <summary>Stored records contradict each other or the protocol; nothing may be granted from them.</summary>
public sealed class LedgerCorruptException(string message) : Exception(message);
