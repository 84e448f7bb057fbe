using GlobalGateway.Replication.Embedded;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Contract.Ledger;

/// <summary>Where a ledger is, in words that another process understands.</summary>
public sealed record LedgerPlace(string Kind, string Address)
{
    public ILedgerStore Open(string region) => Kind switch
    {
        "directory" => new DirectoryLedger(new LedgerFolder(Address), region),
        _ => throw new ArgumentException($"no ledger of kind {Kind}"),
    };
}
