using GlobalGateway.Cql;
using GlobalGateway.Testing.Cassandra;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.Cql;

/// <summary>What statements do at one real node.</summary>
public class CqlSessionTests(CassandraClusters clusters)
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, 123, TimeSpan.Zero);
    private static readonly byte[] SomeBytes = [0, 1, 254, 255];

    [Fact]
    public async Task Values_OfEveryType_AreReadAsTheyWereWritten()
    {
        var (session, keyspace) = await OpenAsync();
        await using var _ = session;
        await CqlPlace.SchemaAsync(session,
            $"CREATE TABLE {keyspace}.v (k text PRIMARY KEY, a ascii, i int, b bigint, f boolean, u uuid, t timestamp, d blob, n text, l list<text>, s set<text>, m map<text, text>)");
        var id = Guid.NewGuid();

        await session.ExecuteAsync(CqlPlace.Write($"INSERT INTO {keyspace}.v (k, a, i, b, f, u, t, d, l, s, m) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ['y', 'x'], {{'q', 'p'}}, {{'a': 'b'}})")
            .With("ключ 🔑", "plain", int.MinValue, long.MaxValue, true, id, Noon, SomeBytes), TestContext.Current.CancellationToken);
        var row = (await session.ExecuteAsync(CqlPlace.Read($"SELECT * FROM {keyspace}.v WHERE k = ?").With("ключ 🔑"), TestContext.Current.CancellationToken)).ShouldHaveSingleItem();

        row.Text("a").ShouldBe("plain");
        row.Int32("i").ShouldBe(int.MinValue);
        row.Int64("b").ShouldBe(long.MaxValue);
        row.Boolean("f").ShouldBeTrue();
        row.Guid("u").ShouldBe(id);
        row.Timestamp("t").ShouldBe(Noon);
        row.Blob("d").ToArray().ShouldBe(SomeBytes);
        row.Texts("l").ShouldBe(["y", "x"]);
        row.Texts("s").ShouldBe(["p", "q"]);
        row.TextMap("m").ShouldBe(new Dictionary<string, string> { ["a"] = "b" });
        row.IsNull("n").ShouldBeTrue();
        Should.Throw<CqlProtocolException>(() => row.Text("n"));
    }

    [Fact]
    public async Task Values_OfTheWrongTypeOrNull_AreRefusedByName()
    {
        var (session, keyspace) = await OpenAsync();
        await using var _ = session;
        await CqlPlace.SchemaAsync(session, $"CREATE TABLE {keyspace}.used (k text PRIMARY KEY, amount bigint)");
        var insert = CqlPlace.Write($"INSERT INTO {keyspace}.used (k, amount) VALUES (?, ?)");

        (await Should.ThrowAsync<ArgumentException>(async () => await session.ExecuteAsync(insert.With("k", 5)))).Message.ShouldContain("parameter amount");
        (await Should.ThrowAsync<ArgumentException>(async () => await session.ExecuteAsync(insert.With("k", null!)))).Message.ShouldContain("null was given, which would delete it");
        (await Should.ThrowAsync<ArgumentException>(async () => await session.ExecuteAsync(insert.With("k")))).Message.ShouldContain("1 values were given for 2 parameters");
        (await session.ExecuteAsync(CqlPlace.Read($"SELECT * FROM {keyspace}.used").With())).ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_OfFiveThousandRows_HaveEachRowOnce()
    {
        var (session, keyspace) = await OpenAsync();
        await using var _ = session;
        await CqlPlace.SchemaAsync(session, $"CREATE TABLE {keyspace}.rows (p int, c int, PRIMARY KEY (p, c))");
        var insert = CqlPlace.Write($"INSERT INTO {keyspace}.rows (p, c) VALUES (?, ?)");
        for (var first = 0; first < 5_000; first += 500)
        {
            await session.ExecuteBatchAsync(new CqlBatch([.. Enumerable.Range(first, 500).Select(c => insert.With(c % 7, c))], CqlConsistency.LocalQuorum));
        }

        var select = new CqlStatement($"SELECT c FROM {keyspace}.rows", CqlConsistency.LocalQuorum) { PageSize = 700 };
        List<int> seen = [];
        var pages = 0;
        ReadOnlyMemory<byte> state = default;
        do
        {
            var page = await session.ExecuteAsync(select.With() with { PagingState = state });
            seen.AddRange(page.Select(row => row.Int32("c")));
            state = page.PagingState;
            pages++;
        }
        while (!state.IsEmpty);

        seen.Order().ShouldBe(Enumerable.Range(0, 5_000));
        pages.ShouldBeInRange(8, 9);
    }

    [Fact]
    public async Task ConditionalInsert_AppliesOnce()
    {
        var (session, keyspace) = await OpenAsync();
        await using var _ = session;
        await CqlPlace.SchemaAsync(session, $"CREATE TABLE {keyspace}.log (k text PRIMARY KEY, entry text)");
        var append = new CqlStatement($"INSERT INTO {keyspace}.log (k, entry) VALUES (?, ?) IF NOT EXISTS", CqlConsistency.LocalQuorum, CqlSerialConsistency.LocalSerial);

        (await session.ExecuteAsync(append.With("1", "first"))).WasApplied.ShouldBeTrue();
        var second = await session.ExecuteAsync(append.With("1", "second"));
        second.WasApplied.ShouldBeFalse();
        second[0].Text("entry").ShouldBe("first");
        (await session.ExecuteAsync(CqlPlace.Read($"SELECT entry FROM {keyspace}.log WHERE k = ?", CqlConsistency.LocalSerial).With("1")))[0].Text("entry").ShouldBe("first");
    }

    [Fact]
    public async Task Timestamps_AreTheStatements_ElseTheCalls_ElseTheServers()
    {
        var (session, keyspace) = await OpenAsync();
        await using var _ = session;
        await CqlPlace.SchemaAsync(session, $"CREATE TABLE {keyspace}.t (k text PRIMARY KEY, a bigint, b bigint, c bigint, d bigint)");
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000;

        await session.ExecuteBatchAsync(new CqlBatch(
        [
            CqlPlace.Write($"UPDATE {keyspace}.t USING TIMESTAMP ? SET a = ? WHERE k = ?").With(7L, 7L, "k"),
            CqlPlace.Write($"UPDATE {keyspace}.t USING TIMESTAMP ? SET b = ? WHERE k = ?").With(9L, 9L, "k"),
        ], CqlConsistency.LocalQuorum));
        await session.ExecuteAsync(CqlPlace.Write($"UPDATE {keyspace}.t SET c = ? WHERE k = ?").With(1L, "k") with { DefaultTimestamp = 11 });
        await session.ExecuteAsync(CqlPlace.Write($"UPDATE {keyspace}.t SET d = ? WHERE k = ?").With(1L, "k"));
        var row = (await session.ExecuteAsync(CqlPlace.Read($"SELECT writetime(a) AS a, writetime(b) AS b, writetime(c) AS c, writetime(d) AS d FROM {keyspace}.t WHERE k = ?").With("k")))[0];

        row.Int64("a").ShouldBe(7);
        row.Int64("b").ShouldBe(9);
        row.Int64("c").ShouldBe(11);
        row.Int64("d").ShouldBeGreaterThanOrEqualTo(before);
    }

    [Fact]
    public async Task Statement_OfAChangedTable_IsPreparedAgain()
    {
        var (session, keyspace) = await OpenAsync();
        await using var _ = session;
        await CqlPlace.SchemaAsync(session, $"CREATE TABLE {keyspace}.t (k text PRIMARY KEY, a bigint)");
        var insert = CqlPlace.Write($"INSERT INTO {keyspace}.t (k, a) VALUES (?, ?)");
        var select = CqlPlace.Read($"SELECT * FROM {keyspace}.t WHERE k = ?");
        await session.ExecuteAsync(insert.With("k", 1L));
        (await session.ExecuteAsync(select.With("k")))[0].Int64("a").ShouldBe(1);

        await CqlPlace.SchemaAsync(session, $"ALTER TABLE {keyspace}.t ADD b text");
        await session.ExecuteAsync(insert.With("k", 2L));

        var row = (await session.ExecuteAsync(select.With("k")))[0];
        row.Int64("a").ShouldBe(2);
        row.IsNull("b").ShouldBeTrue();
    }

    [Fact]
    public async Task Statement_ThatIsWrong_FailsWithoutDoubt()
    {
        var (session, keyspace) = await OpenAsync();
        await using var _ = session;

        var syntax = await Should.ThrowAsync<CqlServerException>(async () => await session.ExecuteAsync(CqlPlace.Write("INSRT INTO x").With()));
        var unknown = await Should.ThrowAsync<CqlServerException>(async () => await session.ExecuteAsync(CqlPlace.Write($"INSERT INTO {keyspace}.none (k) VALUES ('a')").With()));
        var twice = await Should.ThrowAsync<CqlServerException>(() => CqlPlace.SchemaAsync(session, $"CREATE KEYSPACE {keyspace} WITH replication = {{'class': 'NetworkTopologyStrategy', 'us-east': 1}}"));
        await CqlPlace.SchemaAsync(session, $"CREATE TABLE {keyspace}.t (k text PRIMARY KEY)");
        var unavailable = await Should.ThrowAsync<CqlServerException>(async () =>
        {
            var wide = await CqlPlace.KeyspaceAsync(session, "'us-east': 3");
            await CqlPlace.SchemaAsync(session, $"CREATE TABLE {wide}.t (k text PRIMARY KEY)");
            await session.ExecuteAsync(CqlPlace.Write($"INSERT INTO {wide}.t (k) VALUES (?)").With("a"));
        });

        (syntax.Code, syntax.IsAmbiguous).ShouldBe((CqlErrorCode.Syntax, false));
        (unknown.Code, unknown.IsAmbiguous).ShouldBe((CqlErrorCode.Invalid, false));
        (twice.Code, twice.IsAmbiguous).ShouldBe((CqlErrorCode.AlreadyExists, false));
        (unavailable.Code, unavailable.IsAmbiguous).ShouldBe((CqlErrorCode.Unavailable, false));
    }

    [Fact]
    public async Task Session_OfAnotherDatacenter_SaysSo()
    {
        CqlPlace.SkipWithoutServer();
        var cluster = await clusters.OneAsync();
        await using var session = new CqlSession(CqlPlace.Options(cluster.ContactPoints, "eu-west") with { ConnectTimeout = TimeSpan.FromSeconds(1) }, TimeProvider.System);

        var refused = await Should.ThrowAsync<CqlNoNodeException>(async () => await session.ExecuteAsync(CqlPlace.Read("SELECT key FROM system.local").With()));

        refused.Message.ShouldContain("is in data centre us-east, not in eu-west");
    }

    [Fact]
    public async Task Session_UnderManyCallers_AnswersEachItsOwn()
    {
        var (session, keyspace) = await OpenAsync();
        await using var _ = session;
        await CqlPlace.SchemaAsync(session, $"CREATE TABLE {keyspace}.t (k int PRIMARY KEY, v bigint)");
        var insert = new CqlStatement($"INSERT INTO {keyspace}.t (k, v) VALUES (?, ?)", CqlConsistency.LocalOne);
        var select = new CqlStatement($"SELECT v FROM {keyspace}.t WHERE k = ?", CqlConsistency.LocalOne);

        await Parallel.ForAsync(0, 4_000, new ParallelOptions { MaxDegreeOfParallelism = 128 }, async (k, cancel) =>
        {
            await session.ExecuteAsync(insert.With(k, k * 3L), cancel);
            (await session.ExecuteAsync(select.With(k), cancel))[0].Int64("v").ShouldBe(k * 3L);
        });
    }

    private async Task<(CqlSession Session, string Keyspace)> OpenAsync()
    {
        CqlPlace.SkipWithoutServer();
        var session = CqlPlace.Session((await clusters.OneAsync()).ContactPoints);
        return (session, await CqlPlace.KeyspaceAsync(session, "'us-east': 1"));
    }
}
