using GlobalGateway.Contract.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Contract.Cassandra;

/// <summary>The ledger's contract on a real Cassandra.</summary>
public sealed class CassandraLedgerContractTests(CassandraLedgerPlace place) : LedgerStoreContract
{
    protected override LedgerPlace Place => place.Place;
}

/// <summary>The contract of usage events on a real Cassandra.</summary>
public sealed class CassandraUsageContractTests(CassandraLedgerPlace place) : UsageStoreContract
{
    protected override IUsageStore Open() => place.Place.OpenUsage();
}
