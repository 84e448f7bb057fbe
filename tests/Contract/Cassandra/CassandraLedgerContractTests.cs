using GlobalGateway.Contract.Ledger;
using Xunit;

namespace GlobalGateway.Contract.Cassandra;

/// <summary>The ledger's contract on a real Cassandra.</summary>
public sealed class CassandraLedgerContractTests(CassandraLedgerPlace cassandra) : LedgerStoreContract, IAsyncLifetime
{
    private LedgerPlace? _place;

    protected override LedgerPlace Place => _place!;

    public async ValueTask InitializeAsync() => _place = await cassandra.GetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
