using GlobalGateway.Contract.Ledger;
using GlobalGateway.Replication.Stores;
using GlobalGateway.Testing.Cassandra;
using Xunit;

namespace GlobalGateway.Contract.Cassandra;

/// <summary>The contract of usage events on a real Cassandra.</summary>
public sealed class CassandraUsageContractTests(CassandraClusters clusters) : UsageStoreContract, IAsyncLifetime
{
    private LedgerPlace? _place;

    public async ValueTask InitializeAsync() => _place = await CassandraLedgerPlace.GetAsync(clusters);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override IUsageStore Open() => _place!.OpenUsage();
}
