using GlobalGateway.Cql;
using GlobalGateway.Testing.Cassandra;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.Cql;

/// <summary>The session against one real node.</summary>
public class CqlSessionTests
{
    private static readonly CqlStatement Keyspace = new(
        "CREATE KEYSPACE IF NOT EXISTS facts WITH replication = {'class': 'NetworkTopologyStrategy', 'us-east': 1}", CqlConsistency.LocalQuorum) { Timeout = TimeSpan.FromSeconds(10) };

    [Fact]
    public async Task Session_WritesAndReads()
    {
        var cancel = TestContext.Current.CancellationToken;
        Assert.SkipWhen(CassandraFixture.Missing is not null, CassandraFixture.Missing ?? "");
        using var cassandra = await CassandraFixture.StartOneAsync("us-east", cancel);
        await using var session = new CqlSession(new CqlOptions { ContactPoints = cassandra.ContactPoints, LocalDatacenter = "us-east" }, TimeProvider.System);
        await session.ExecuteAsync(Keyspace.With(), cancel);
        await session.ExecuteAsync(new CqlStatement("CREATE TABLE facts.words (word text PRIMARY KEY, count bigint)", CqlConsistency.LocalQuorum) { Timeout = TimeSpan.FromSeconds(10) }.With(), cancel);
        var insert = new CqlStatement("INSERT INTO facts.words (word, count) VALUES (?, ?) IF NOT EXISTS", CqlConsistency.LocalQuorum, CqlSerialConsistency.LocalSerial);

        (await session.ExecuteAsync(insert.With("one", 1L), cancel)).WasApplied.ShouldBeTrue();
        (await session.ExecuteAsync(insert.With("one", 2L), cancel)).WasApplied.ShouldBeFalse();
        (await session.ExecuteAsync(new CqlStatement("SELECT count FROM facts.words WHERE word = ?", CqlConsistency.LocalSerial).With("one"), cancel))[0].Int64("count").ShouldBe(1L);
        session.Nodes.Count.ShouldBe(1);
    }
}
