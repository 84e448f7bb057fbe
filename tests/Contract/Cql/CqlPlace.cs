using System.Diagnostics;
using GlobalGateway.Cql;
using GlobalGateway.Testing.Cassandra;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.Cql;

/// <summary>Sessions and tables of one test on a real cluster.</summary>
internal static class CqlPlace
{
    /// <summary>On the small machines of tests; a real schema change takes about a second.</summary>
    private static readonly TimeSpan SchemaMax = TimeSpan.FromSeconds(30);

    private static readonly CqlStatement SchemaVersion = new("SELECT schema_version FROM system.local", CqlConsistency.LocalOne);

    public static void SkipWithoutServer() => Assert.SkipWhen(CassandraFixture.Missing is not null, CassandraFixture.Missing ?? "");

    public static CqlOptions Options(IReadOnlyList<string> contactPoints, string datacenter = "us-east") => new()
    {
        ContactPoints = contactPoints,
        LocalDatacenter = datacenter,
        RequestTimeout = TimeSpan.FromSeconds(5),
        ConnectTimeout = TimeSpan.FromSeconds(5),
    };

    public static CqlSession Session(IReadOnlyList<string> contactPoints, string datacenter = "us-east") => new(Options(contactPoints, datacenter), TimeProvider.System);

    /// <summary>A keyspace of its own, with these replicas.</summary>
    public static async Task<string> KeyspaceAsync(ICqlSession session, string replication)
    {
        var name = $"test_{Guid.NewGuid():N}";
        await SchemaAsync(session, $"CREATE KEYSPACE {name} WITH replication = {{'class': 'NetworkTopologyStrategy', {replication}}}");
        return name;
    }

    /// <summary>Changes the schema and waits until all local nodes have it.</summary>
    public static async Task SchemaAsync(ICqlSession session, string text)
    {
        await session.ExecuteAsync(new CqlStatement(text, CqlConsistency.LocalQuorum) { Timeout = SchemaMax }.With());
        var watch = Stopwatch.StartNew();
        while ((await VersionsAsync(session)).Distinct().Count() > 1)
        {
            watch.Elapsed.ShouldBeLessThan(SchemaMax, "the nodes do not agree on the schema");
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    private static async Task<IReadOnlyList<Guid>> VersionsAsync(ICqlSession session)
    {
        List<Guid> versions = [];
        foreach (var node in session.Nodes)
        {
            versions.Add((await session.ExecuteAtAsync(node, SchemaVersion.With()))[0].Guid("schema_version"));
        }

        return versions;
    }

    public static CqlStatement Write(string text) => new(text, CqlConsistency.LocalQuorum);

    public static CqlStatement Read(string text, CqlConsistency consistency = CqlConsistency.LocalQuorum) => new(text, consistency);
}
