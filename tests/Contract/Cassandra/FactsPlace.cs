using System.Runtime.CompilerServices;
using GlobalGateway.Contract.Cql;
using GlobalGateway.Cql;
using GlobalGateway.Replication.Cassandra;
using GlobalGateway.Replication.Cassandra.Schema;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Testing.Cassandra;

namespace GlobalGateway.Contract.Cassandra;

/// <summary>The ledger's tables on the clusters that tests share.</summary>
internal static class FactsPlace
{
    public const string Keyspace = "facts";

    private static readonly ConditionalWeakTable<CassandraFixture, Task> Migrated = [];

    /// <summary>The day that is now.</summary>
    public static AccountKey Account(string budget) => new(budget, DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 86_400 * 86_400);

    /// <summary>The ledger as a region of this cluster sees it, with all replicas that its data centres can have.</summary>
    public static async Task<LedgerCluster> LedgerAsync(CassandraFixture cluster, string region = "us-east", string? contactPoint = null)
    {
        await Migrated.GetValue(cluster, MigrateAsync);
        return new LedgerCluster(
            CqlPlace.Session(contactPoint is null ? cluster.ContactPointsOf(region) : [contactPoint], region), Keyspace, region, fewReplicas: true, TimeProvider.System);
    }

    private static async Task MigrateAsync(CassandraFixture cluster)
    {
        var first = cluster.Nodes[0].Datacenter;
        await using var session = CqlPlace.Session(cluster.ContactPointsOf(first), first);
        await new LedgerMigration(session, Keyspace, TimeProvider.System).RunAsync(cluster.Nodes.CountBy(node => node.Datacenter).ToDictionary());
    }
}
