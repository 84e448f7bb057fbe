namespace GlobalGateway.Replication.Ledger;

/// <summary>One region's log of one account; only agents and edges of that region append to it.</summary>
/// <param name="Generation">From 1; a region that lost its ledger goes on in the next one, with no rights.</param>
public readonly record struct LogKey(AccountKey Account, string Region, int Generation)
{
    public override string ToString() => $"{Account}/{Region}.{Generation}";
}
