using System.Collections.Concurrent;
using System.Diagnostics;
using GlobalGateway.Contract.Cql;
using GlobalGateway.Cql;
using GlobalGateway.Replication.Cassandra;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using GlobalGateway.Testing.Cassandra;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.Cassandra.Facts;

/// <summary>What LOCAL_SERIAL and timestamps mean where data centres are three.</summary>
[Collection(CollectionName)]
[Trait("campaign", "yes")]
public class DatacenterFacts(CassandraClusters clusters)
{
    public const string CollectionName = "three data centres";

    private const int Indices = 60;

    private readonly AccountKey _account = FactsPlace.Account($"b-{Guid.NewGuid():N}");

    private LogKey Log => new(_account, "us-east", 1);

    [Fact]
    public async Task LocalSerial_ThroughTwoDatacenters_GivesOneIndexToBoth()
    {
        CqlPlace.SkipWithoutServer();
        var fixture = await clusters.ThreeDatacentersAsync();
        await using var here = await FactsPlace.LedgerAsync(fixture);
        await using var there = CqlPlace.Session(fixture.ContactPointsOf("eu-west"), "eu-west");
        var append = new CqlStatement(
            $"INSERT INTO {FactsPlace.Keyspace}.region_log (budget, period, region, generation, idx, op_id, operations) VALUES (?, ?, 'us-east', 1, ?, ?, '') IF NOT EXISTS",
            CqlConsistency.LocalQuorum, CqlSerialConsistency.LocalSerial);

        var both = new ConcurrentBag<long>();
        for (var index = 0L; index < Indices; index++)
        {
            var at = index;
            var outcomes = await Task.WhenAll(((ICqlSession[])[here.Session, there]).Select(session => Task.Run(async () =>
                (await session.ExecuteAsync(append.With(_account.Budget, _account.Period, at, Guid.NewGuid()))).WasApplied)));
            outcomes.ShouldContain(true);
            if (outcomes.All(applied => applied))
            {
                both.Add(at);
            }
        }

        // Two writers were both told that the index is theirs; one of the entries is gone. So logs are written in their own data centre only.
        both.ShouldNotBeEmpty();
        Console.WriteLine($"{both.Count} of {Indices} indices were given to both data centres");
    }

    [Fact]
    public async Task Ledger_OfferedANodeOfAnotherDatacenter_RefusesIt()
    {
        CqlPlace.SkipWithoutServer();
        var fixture = await clusters.ThreeDatacentersAsync();
        await using var cluster = await FactsPlace.LedgerAsync(fixture, "us-east", fixture.ContactPointsOf("eu-west")[0]);
        var ledger = new CassandraLedger(cluster, TimeProvider.System);

        var refused = await Should.ThrowAsync<LedgerUnavailableException>(async () =>
            await ledger.AppendAsync(Log, new LogEntry(0, Guid.NewGuid(), [LogOperation.Delta(1, new SpendVector(1, 1, 1))])));

        refused.Message.ShouldContain("is in data centre eu-west, not in us-east");
    }

    [Fact]
    public async Task Registers_WrittenThroughAllDatacenters_HaveTheLargestEverywhere()
    {
        CqlPlace.SkipWithoutServer();
        var fixture = await clusters.ThreeDatacentersAsync();
        await using var cluster = await FactsPlace.LedgerAsync(fixture);
        var sessions = fixture.Nodes.Select(node => CqlPlace.Session([node.ContactPoint], node.Datacenter)).ToArray();
        var write = CqlPlace.Write(
            $"UPDATE {FactsPlace.Keyspace}.demand USING TIMESTAMP ? SET requests = ? WHERE giver = 'us-east' AND budget = ? AND period = ? AND receiver = 'eu-west' AND receiver_generation = 1");
        var read = CqlPlace.Read($"SELECT requests FROM {FactsPlace.Keyspace}.demand WHERE giver = 'us-east' AND budget = ? AND period = ?");

        foreach (var (value, through) in ((long[])[5, 9, 7, 9]).Select((value, at) => (value, sessions[at % 3])))
        {
            await through.ExecuteAsync(write.With(value, value, _account.Budget, _account.Period));
        }

        foreach (var session in sessions)
        {
            var watch = Stopwatch.StartNew();
            while (await session.ExecuteAsync(read.With(_account.Budget, _account.Period)) is var rows && (rows.Count == 0 || rows[0].Int64("requests") != 9))
            {
                watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20), $"{session.LocalDatacenter} does not have 9");
                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }

            await session.DisposeAsync();
        }
    }
}
