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

/// <summary>Three replicas in one data centre, one of which fails at the worst moment.</summary>
[Collection(CqlFaultTests.CollectionName)]
[Trait("campaign", "yes")]
public class QuorumFacts(CassandraClusters clusters)
{
    private const int Holders = 5;
    private const int Rounds = 9;
    private const int Appends = 8;

    private static readonly SpendVector One = new(1, 1, 1);

    private readonly AccountKey _account = FactsPlace.Account($"b-{Guid.NewGuid():N}");

    private LogKey Log => new(_account, "us-east", 1);

    [Fact]
    public async Task Append_ThatIsLateOnItsWay_Happens_ThoughLocalSerialHasNotSeenIt()
    {
        CqlPlace.SkipWithoutServer();
        await using var doubt = await DoubtAsync();
        await using var tap = new CqlTap(doubt.Victim);
        await using var late = CqlPlace.Session([tap.ContactPoint]);
        await late.ExecuteAsync(CqlPlace.Read("SELECT key FROM system.local").With());
        var through = late.Nodes.Single(node => node.Address.ToString() == tap.ContactPoint);
        var operation = Guid.NewGuid();
        await doubt.AppendAsync(late, through, -1, Guid.NewGuid());

        tap.Hold();
        (await Should.ThrowAsync<CqlNoAnswerException>(async () => await doubt.AppendAsync(late, through, 0, operation))).IsAmbiguous.ShouldBeTrue();
        (await doubt.ReadAsync(0)).ShouldBeNull();
        tap.Restore();

        // It had not begun when it was looked for, so nothing stopped it: "not there" is not "never". The next append at its index decides.
        var watch = Stopwatch.StartNew();
        while (await doubt.ReadAsync(0) != operation)
        {
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    [Fact]
    public async Task Append_InDoubt_NeverHappensOnceItsIndexIsTaken()
    {
        CqlPlace.SkipWithoutServer();
        await using var doubt = await DoubtAsync();
        await doubt.AppendAsync(doubt.Session, doubt.Hanging, -1, Guid.NewGuid());
        var (doubtful, happened) = (0, 0);
        for (var index = 0L; index < Appends; index++)
        {
            var operation = Guid.NewGuid();
            try
            {
                // Within the few milliseconds in which the replicas decide.
                var asked = doubt.AppendAsync(doubt.Session, doubt.Hanging, index, operation);
                await Task.Delay(TimeSpan.FromMilliseconds(index * 2));
                doubt.Victim.Stop();
                await asked;
                doubt.Victim.Continue();
                continue;
            }
            catch (CqlException e)
            {
                doubtful += e.IsAmbiguous ? 1 : 0;
            }

            // Either it is there, or this is, for ever: also once the coordinator goes on where it was stopped.
            var mine = Guid.NewGuid();
            var there = await doubt.ReadAsync(index);
            if (there is null)
            {
                await RepeatAsync(async () => await doubt.AppendAsync(doubt.Session, doubt.Others[0], index, mine));
                there = await doubt.ReadAsync(index);
            }

            there.ShouldBeOneOf(operation, mine);
            happened += there == operation ? 1 : 0;
            doubt.Victim.Continue();
            for (var again = 0; again < 5; again++)
            {
                (await doubt.ReadAsync(index)).ShouldBe(there);
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }

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

    private async Task<Doubt> DoubtAsync()
    {
        var fixture = await clusters.ThreeNodesAsync();
        var cluster = await FactsPlace.LedgerAsync(fixture, contactPoint: fixture.ContactPoints[0]);
        await cluster.Session.ExecuteAsync(CqlPlace.Read("SELECT key FROM system.local").With());
        return new Doubt(cluster, fixture.Nodes[2], _account);
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
            catch (Exception e) when (time < timesMax && (e is LedgerUnavailableException or CqlException))
            {
                // The next try finds other nodes.
            }
        }
    }

    /// <summary>Appends to one log through a node that hangs, and reads through the others.</summary>
    private sealed class Doubt(LedgerCluster cluster, RunningCassandra victim, AccountKey account) : IAsyncDisposable
    {
        private static readonly CqlStatement Append = new(
            $"INSERT INTO {FactsPlace.Keyspace}.region_log (budget, period, region, generation, idx, op_id, operations) VALUES (?, ?, 'us-east', 1, ?, ?, '') IF NOT EXISTS",
            CqlConsistency.LocalQuorum, CqlSerialConsistency.LocalSerial) { Timeout = TimeSpan.FromSeconds(2) };

        private static readonly CqlStatement Read = CqlPlace.Read(
            $"SELECT op_id FROM {FactsPlace.Keyspace}.region_log WHERE budget = ? AND period = ? AND region = 'us-east' AND generation = 1 AND idx = ?", CqlConsistency.LocalSerial);

        private int _turn;

        public RunningCassandra Victim => victim;

        public CqlNode Hanging { get; } = cluster.Session.Nodes.Single(node => node.Address.Equals(victim.Address));

        public CqlNode[] Others { get; } = [.. cluster.Session.Nodes.Where(node => !node.Address.Equals(victim.Address))];

        public ICqlSession Session => cluster.Session;

        public ValueTask<CqlRows> AppendAsync(ICqlSession session, CqlNode through, long index, Guid operation) =>
            session.ExecuteAtAsync(through, Append.With(account.Budget, account.Period, index, operation));

        /// <summary>What Paxos says is there, asked of one of the other nodes.</summary>
        public async Task<Guid?> ReadAsync(long index)
        {
            var rows = await RepeatAsync(async () => await cluster.Session.ExecuteAtAsync(Others[_turn++ % 2], Read.With(account.Budget, account.Period, index)));
            return rows is [{ } row] ? row.Guid("op_id") : null;
        }

        public ValueTask DisposeAsync()
        {
            victim.Continue();
            return cluster.DisposeAsync();
        }
    }
}
