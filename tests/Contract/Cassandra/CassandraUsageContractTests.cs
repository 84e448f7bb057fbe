using GlobalGateway.Contract.Ledger;
using GlobalGateway.Replication.Stores;
using Xunit;

namespace GlobalGateway.Contract.Cassandra;

/// <summary>The contract of usage events on a real Cassandra.</summary>
public sealed class CassandraUsageContractTests(CassandraLedgerPlace cassandra) : UsageStoreContract, IAsyncLifetime
{
    private LedgerPlace? _place;

    public async ValueTask InitializeAsync() => _place = await cassandra.GetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override IUsageStore Open() => _place!.OpenUsage();
}
