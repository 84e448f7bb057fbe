using System.Runtime.CompilerServices;
using GlobalGateway.Contract.Ledger;
using GlobalGateway.Cql;
using GlobalGateway.Replication.Cassandra.Schema;
using GlobalGateway.Testing.Cassandra;
using Xunit;

namespace GlobalGateway.Contract.Cassandra;

/// <summary>The ledger's tables on the node that the tests share, made when the first of them asks.</summary>
internal static class CassandraLedgerPlace
{
    private const string Datacenter = "us-east";
    private const string Keyspace = "contract";

    private static readonly ConditionalWeakTable<CassandraClusters, Lazy<Task<LedgerPlace>>> Places = [];

    /// <summary>Skips the test where there is no Cassandra.</summary>
    public static Task<LedgerPlace> GetAsync(CassandraClusters clusters)
    {
        Assert.SkipWhen(CassandraFixture.Missing is not null, CassandraFixture.Missing ?? "");
        return Places.GetValue(clusters, static known => new Lazy<Task<LedgerPlace>>(() => MakeAsync(known))).Value;
    }

    private static async Task<LedgerPlace> MakeAsync(CassandraClusters clusters)
    {
        var cluster = await clusters.OneAsync();
        await using var session = new CqlSession(new CqlOptions { ContactPoints = cluster.ContactPoints, LocalDatacenter = Datacenter }, TimeProvider.System);
        var replication = new Dictionary<string, int> { [Datacenter] = 1 };

        // By two at once, and once more.
        var migration = new LedgerMigration(session, Keyspace, TimeProvider.System);
        await Task.WhenAll(migration.RunAsync(replication).AsTask(), new LedgerMigration(session, Keyspace, TimeProvider.System).RunAsync(replication).AsTask());
        await migration.RunAsync(replication);
        return new LedgerPlace("cassandra", $"{cluster.ContactPoints[0]}/{Datacenter}/{Keyspace}");
    }
}
