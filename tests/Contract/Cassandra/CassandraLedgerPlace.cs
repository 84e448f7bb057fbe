using GlobalGateway.Contract.Cassandra;
using GlobalGateway.Contract.Ledger;
using GlobalGateway.Cql;
using GlobalGateway.Replication.Cassandra.Schema;
using GlobalGateway.Testing.Cassandra;
using Xunit;

[assembly: AssemblyFixture(typeof(CassandraLedgerPlace))]

namespace GlobalGateway.Contract.Cassandra;

/// <summary>One node with the ledger's tables, started for the first test that asks.</summary>
public sealed class CassandraLedgerPlace : IAsyncDisposable
{
    private const string Datacenter = "us-east";
    private const string Keyspace = "contract";

    private readonly Lazy<Task<(CassandraFixture Cluster, LedgerPlace Place)>> _started = new(StartAsync);

    /// <summary>Skips the test where there is no Cassandra.</summary>
    public async Task<LedgerPlace> GetAsync()
    {
        Assert.SkipWhen(CassandraFixture.Missing is not null, CassandraFixture.Missing ?? "");
        return (await _started.Value).Place;
    }

    public async ValueTask DisposeAsync()
    {
        if (_started.IsValueCreated)
        {
            (await _started.Value).Cluster.Dispose();
        }
    }

    private static async Task<(CassandraFixture, LedgerPlace)> StartAsync()
    {
        var cluster = await CassandraFixture.StartOneAsync(Datacenter, TestContext.Current.CancellationToken);
        await using var session = new CqlSession(new CqlOptions { ContactPoints = cluster.ContactPoints, LocalDatacenter = Datacenter }, TimeProvider.System);
        var replication = new Dictionary<string, int> { [Datacenter] = 1 };

        // By two at once, and once more.
        var migration = new LedgerMigration(session, Keyspace, TimeProvider.System);
        await Task.WhenAll(migration.RunAsync(replication).AsTask(), new LedgerMigration(session, Keyspace, TimeProvider.System).RunAsync(replication).AsTask());
        await migration.RunAsync(replication);
        return (cluster, new LedgerPlace("cassandra", $"{cluster.ContactPoints[0]}/{Datacenter}/{Keyspace}"));
    }
}
