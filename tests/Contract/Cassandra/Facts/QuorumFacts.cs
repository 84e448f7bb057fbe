using GlobalGateway.Contract.Cql;
using GlobalGateway.Cql;
using GlobalGateway.Replication.Cassandra;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using GlobalGateway.Testing.Cassandra;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.Cassandra.Facts;

/// <summary>Three replicas in one data centre, one of which fails at the worst moment.</summary>
[Collection(CqlFaultTests.CollectionName)]
public class QuorumFacts(CassandraClusters clusters)
{
    private const int Holders = 5;
    private const int Rounds = 9;
    private const int Appends = 8;

    private static readonly SpendVector One = new(1, 1, 1);

    private readonly AccountKey _account = FactsPlace.Account($"b-{Guid.NewGuid():N}");

    private LogKey Log => new(_account, "us-east", 1);

    [Fact]
    public async Task Append_WhoseCoordinatorHangs_IsInDoubt_AndOneReadAtLocalSerialSettlesItForEver()
    {
        CqlPlace.SkipWithoutServer();
        var fixture = await clusters.ThreeNodesAsync();
        await using var settled = await FactsPlace.LedgerAsync(fixture, contactPoint: fixture.ContactPoints[0]);
        await settled.Session.ExecuteAsync(CqlPlace.Read("SELECT key FROM system.local").With());
        var victim = fixture.Nodes[2];
        var append = new CqlStatement(
            $"INSERT INTO {FactsPlace.Keyspace}.region_log (budget, period, region, generation, idx, op_id, operations) VALUES (?, ?, 'us-east', 1, ?, ?, '') IF NOT EXISTS",
            CqlConsistency.LocalQuorum, CqlSerialConsistency.LocalSerial) { Timeout = TimeSpan.FromSeconds(2) };
        var read = CqlPlace.Read($"SELECT op_id FROM {FactsPlace.Keyspace}.region_log WHERE budget = ? AND period = ? AND region = 'us-east' AND generation = 1 AND idx = ?", CqlConsistency.LocalSerial);
        var there = settled.Session.Nodes.Single(node => node.Address.Equals(victim.Address));
        var others = settled.Session.Nodes.Where(node => node != there).ToArray();
        await settled.Session.ExecuteAtAsync(there, append.With(_account.Budget, _account.Period, -1L, Guid.NewGuid()));
        var (doubtful, happened) = (0, 0);
        for (var index = 0L; index < Appends; index++)
        {
            try
            {
                // Within the few milliseconds in which the replicas decide.
                var asked = settled.Session.ExecuteAtAsync(there, append.With(_account.Budget, _account.Period, index, Guid.NewGuid()));
                await Task.Delay(TimeSpan.FromMilliseconds(index * 2));
                victim.Stop();
                await asked;
                victim.Continue();
                continue;
            }
            catch (CqlException e)
            {
                doubtful += e.IsAmbiguous ? 1 : 0;
            }

            var present = (await settled.Session.ExecuteAtAsync(others[0], read.With(_account.Budget, _account.Period, index))).Count;
            victim.Continue();
            happened += present;
            for (var again = 0; again < 5; again++)
            {
                // Also once its coordinator goes on where it was stopped.
                (await settled.Session.ExecuteAtAsync(others[again % 2], read.With(_account.Budget, _account.Period, index))).Count.ShouldBe(present);
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }

        victim.Continue();
        doubtful.ShouldBeGreaterThan(0);
        Console.WriteLine($"{Appends} appends through a node that hangs: {doubtful} in doubt, {happened} of them had happened");
    }

    [Fact]
    public async Task Rows_ListedAfterASeal_HaveEveryHolderThatDidNotSeeIt_WhileAReplicaFails()
    {
        CqlPlace.SkipWithoutServer();
        var fixture = await clusters.ThreeNodesAsync();
        var taps = fixture.Nodes.Select(node => new CqlTap(node)).ToArray();
        await using var agentCluster = await FactsPlace.LedgerAsync(fixture);
        await using var edgeCluster = new LedgerCluster(CqlPlace.Session([.. taps.Select(tap => tap.ContactPoint)]), FactsPlace.Keyspace, "us-east", fewReplicas: true, TimeProvider.System);
        var (agent, edges) = (new CassandraLedger(agentCluster, TimeProvider.System), new CassandraLedger(edgeCluster, TimeProvider.System));
        await agent.ReadLogAsync(Log, 0, LogRead.Serial);
        await edges.ReadLogAsync(Log, 0, LogRead.Quorum);
        var (listed, fenced) = (0, 0);
        for (var round = 1; round <= Rounds; round++)
        {
            var epoch = round;
            var victim = fixture.Nodes[round % 3];
            var holders = Task.WhenAll(Enumerable.Range(0, Holders).Select(holder => Task.Run(() => RegisterAsync(edges, $"edge-{holder}", epoch, holder))));
            await SealAsync(agent, epoch);

            // Now one replica of three is lost, in one way or another; what was acknowledged is at another that is asked.
            await FailAsync(victim, taps[round % 3], round);
            var rows = (await agent.ReadRowsAsync(Log, epoch)).Select(row => row.Incarnation).ToHashSet();
            victim.Continue();
            foreach (var (name, sawSeal) in await holders)
            {
                (rows.Contains(name) || sawSeal).ShouldBeTrue($"round {round}: {name} registered, was not listed and has not seen the seal");
                listed += rows.Contains(name) ? 1 : 0;
                fenced += sawSeal ? 1 : 0;
            }
        }

        foreach (var tap in taps)
        {
            await tap.DisposeAsync();
        }

        Console.WriteLine($"{Rounds * Holders} registrations: {listed} listed, {fenced} had seen the seal");
        listed.ShouldBeGreaterThan(0);
        fenced.ShouldBeGreaterThan(0);
    }

    private async Task<(string Name, bool SawSeal)> RegisterAsync(CassandraLedger edges, string name, int epoch, int after)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(after * 15));
        await RepeatAsync(async () =>
        {
            await edges.WriteRowAsync(Log, UsedRow.Registered(name, epoch));
            return true;
        });

        // Only after its row is there does a holder look for seals.
        var entries = await RepeatAsync(async () => await edges.ReadLogAsync(Log, 0, LogRead.Quorum));
        return (name, entries.SelectMany(entry => entry.Operations).Any(operation => operation.Kind == LogOperationKind.Seal && operation.Number >= epoch));
    }

    private async Task SealAsync(CassandraLedger agent, int epoch)
    {
        var entry = new LogEntry(epoch - 1, Guid.NewGuid(), [LogOperation.Seal(epoch)]);
        await RepeatAsync(async () => await agent.AppendAsync(Log, entry) switch
        {
            AppendOutcome.Appended => true,
            AppendOutcome.Ambiguous when (await agent.ReadLogAsync(Log, entry.Index, LogRead.Serial)).Any(there => there.OperationId == entry.OperationId) => true,
            var outcome => throw new LedgerUnavailableException($"{outcome}"),
        });
    }

    private static async Task FailAsync(RunningCassandra victim, CqlTap tap, int round)
    {
        switch (round % 3)
        {
            case 0:
                victim.Stop();
                break;
            case 1:
                tap.Reset();
                break;
            default:
                victim.Stop();
                await Task.Delay(TimeSpan.FromMilliseconds(100));
                tap.Reset();
                break;
        }
    }

    /// <summary>As the product does: what is safe to repeat is repeated until it is known.</summary>
    private static async Task<T> RepeatAsync<T>(Func<Task<T>> act)
    {
        const int timesMax = 10;
        for (var time = 1; ; time++)
        {
            try
            {
                return await act();
            }
            catch (LedgerUnavailableException) when (time < timesMax)
            {
                // The next try finds other nodes.
            }
        }
    }
}
