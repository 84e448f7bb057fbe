using GlobalGateway.Cql;
using GlobalGateway.Testing.Cassandra;
using Xunit;

namespace GlobalGateway.Contract.Cql;

/// <summary>Sessions and tables of one test on a real cluster.</summary>
internal static class CqlPlace
{
    /// <summary>On the small machines of tests; a real schema change takes about a second.</summary>
    private static readonly TimeSpan SchemaMax = TimeSpan.FromSeconds(20);

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

    public static async Task SchemaAsync(ICqlSession session, string text) =>
        await session.ExecuteAsync(new CqlStatement(text, CqlConsistency.LocalQuorum) { Timeout = SchemaMax }.With());

    public static CqlStatement Write(string text) => new(text, CqlConsistency.LocalQuorum);

    public static CqlStatement Read(string text, CqlConsistency consistency = CqlConsistency.LocalQuorum) => new(text, consistency);
}
