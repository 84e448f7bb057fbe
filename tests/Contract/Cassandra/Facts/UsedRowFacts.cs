using GlobalGateway.Contract.Cql;
using GlobalGateway.Cql;
using GlobalGateway.Replication.Cassandra;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Testing.Cassandra;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.Cassandra.Facts;

/// <summary>Why used rows are written as they are: what the server does with nulls and timestamps.</summary>
public class UsedRowFacts(CassandraClusters clusters)
{
    private const string Of = "WHERE budget = ? AND period = ? AND region = 'us-east' AND generation = 1 AND epoch = 1 AND incarnation = 'edge-1'";

    private static readonly SpendVector Seven = new(7, 7, 7);

    private readonly AccountKey _account = FactsPlace.Account($"b-{Guid.NewGuid():N}");

    private LogKey Log => new(_account, "us-east", 1);

    [Fact]
    public async Task Null_IsADelete_AndAReaderRefusesTheRow()
    {
        await using var cluster = await OpenAsync();
        var ledger = await WrittenAsync(cluster);

        await WriteAsync(cluster, "USING TIMESTAMP 8 SET used_requests = null");

        (await ReadAsync(cluster)).IsNull("used_requests").ShouldBeTrue();
        (await Should.ThrowAsync<LedgerCorruptException>(async () => await ledger.ReadRowsAsync(Log, 1))).Message.ShouldContain("has no used_requests");
    }

    [Fact]
    public async Task WriteWithoutATimestamp_PinsTheNumber_AndAReaderRefusesTheRow()
    {
        await using var cluster = await OpenAsync();
        var ledger = await WrittenAsync(cluster);

        await WriteAsync(cluster, "SET used_requests = 3");
        await ledger.WriteRowAsync(Log, new UsedRow("edge-1", 1, new SpendVector(1_000, 7, 7), default, null, Final: false));

        // The report of 1,000 was acknowledged and changed nothing.
        (await ReadAsync(cluster)).Int64("used_requests").ShouldBe(3);
        (await Should.ThrowAsync<LedgerCorruptException>(async () => await ledger.ReadRowsAsync(Log, 1))).Message.ShouldContain("no report can change it any more");
    }

    [Fact]
    public async Task ValuesAsTheirTimestamps_InAnyOrderAndTwice_LeaveTheLargest()
    {
        await using var cluster = await OpenAsync();
        var ledger = new CassandraLedger(cluster, TimeProvider.System);

        foreach (var used in (long[])[5, 9, 7, 9, 1])
        {
            await ledger.WriteRowAsync(Log, new UsedRow("edge-1", 1, new SpendVector(used, 10 - used, 1), default, null, Final: false));
        }

        (await ledger.ReadRowsAsync(Log, 1)).ShouldHaveSingleItem().Used.ShouldBe(new SpendVector(9, 9, 1));
    }

    private async Task<LedgerCluster> OpenAsync()
    {
        CqlPlace.SkipWithoutServer();
        return await FactsPlace.LedgerAsync(await clusters.OneAsync());
    }

    private async Task<CassandraLedger> WrittenAsync(LedgerCluster cluster)
    {
        var ledger = new CassandraLedger(cluster, TimeProvider.System);
        await ledger.WriteRowAsync(Log, new UsedRow("edge-1", 1, Seven, default, null, Final: false));
        (await ledger.ReadRowsAsync(Log, 1)).ShouldHaveSingleItem().Used.ShouldBe(Seven);
        return ledger;
    }

    /// <summary>As somebody would who does not know the protocol.</summary>
    private async Task WriteAsync(LedgerCluster cluster, string how) =>
        await cluster.Session.ExecuteAsync(CqlPlace.Write($"UPDATE {FactsPlace.Keyspace}.used_rows {how} {Of}").With(_account.Budget, _account.Period));

    private async Task<CqlRow> ReadAsync(LedgerCluster cluster) =>
        (await cluster.Session.ExecuteAsync(CqlPlace.Read($"SELECT used_requests FROM {FactsPlace.Keyspace}.used_rows {Of}").With(_account.Budget, _account.Period))).ShouldHaveSingleItem();
}
