using GlobalGateway.Contract.Ledger;
using GlobalGateway.Testing.Cassandra;
using Xunit;

namespace GlobalGateway.Contract.Cassandra;

/// <summary>The ledger's contract on a real Cassandra.</summary>
public sealed class CassandraLedgerContractTests(CassandraClusters clusters) : LedgerStoreContract, IAsyncLifetime
{
    private LedgerPlace? _place;

    protected override LedgerPlace Place => _place!;

    public async ValueTask InitializeAsync() => _place = await CassandraLedgerPlace.GetAsync(clusters);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
