using System.Collections.Concurrent;
using System.Diagnostics;
using GlobalGateway.Cql;
using GlobalGateway.Testing.Cassandra;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.Cql;

/// <summary>Three nodes of one data centre, of which one fails while statements run.</summary>
[Collection(CollectionName)]
public class CqlFaultTests(CassandraClusters clusters)
{
    public const string CollectionName = "three nodes of us-east";

    private const int Callers = 8;

    /// <summary>Of each caller: three nodes and their load share a small machine.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Faulty = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan After = TimeSpan.FromSeconds(2);

    public enum Fault
    {
        Kill,
        Hang,
        Reset,
    }

    [Fact]
    public async Task Session_FromOneContactPoint_FindsTheOthers()
    {
        CqlPlace.SkipWithoutServer();
        var cluster = await clusters.ThreeNodesAsync();
        await using var session = CqlPlace.Session([cluster.ContactPoints[1]]);

        await session.ExecuteAsync(CqlPlace.Read("SELECT key FROM system.local").With());
        HashSet<string> asked = [];
        foreach (var node in session.Nodes)
        {
            var row = (await session.ExecuteAtAsync(node, CqlPlace.Read("SELECT rpc_address FROM system.local").With()))[0];
            asked.Add(new System.Net.IPAddress(row.Blob("rpc_address").Span).ToString());
        }

        session.Nodes.Select(node => node.Address.ToString()).Order().ShouldBe(cluster.ContactPoints.Order());
        asked.Order().ShouldBe(cluster.Nodes.Select(node => node.Node.Address).Order());
    }

    [Theory]
    [InlineData(Fault.Reset)]
    [InlineData(Fault.Hang)]
    [InlineData(Fault.Kill)]
    public async Task IdempotentStatements_WhileANodeFails_AllSucceed(Fault fault)
    {
        CqlPlace.SkipWithoutServer();
        var cluster = await clusters.ThreeNodesAsync();
        await using var lane = await Lane.OpenAsync(cluster);
        var insert = new CqlStatement($"INSERT INTO {lane.Keyspace}.t (k, v) VALUES (?, ?)", CqlConsistency.LocalQuorum) { IsIdempotent = true };

        var outcomes = await lane.LoadAsync(k => lane.Session.ExecuteAsync(insert.With(k, k)), () => lane.FailAsync(fault), () => lane.HealAsync(fault));

        outcomes.Where(outcome => outcome.Value is not null).ShouldBeEmpty();
        (await lane.KeysAsync()).ShouldBe(outcomes.Keys, ignoreOrder: true);
        Console.WriteLine($"{fault}: {outcomes.Count} writes, the slowest {lane.Slowest.TotalMilliseconds:0} ms");
    }

    [Theory]
    [InlineData(Fault.Reset)]
    [InlineData(Fault.Hang)]
    [InlineData(Fault.Kill)]
    public async Task ConditionalStatements_WhileANodeFails_SayWhatIsInDoubt(Fault fault)
    {
        CqlPlace.SkipWithoutServer();
        var cluster = await clusters.ThreeNodesAsync();
        await using var lane = await Lane.OpenAsync(cluster);
        var insert = new CqlStatement($"INSERT INTO {lane.Keyspace}.t (k, v) VALUES (?, ?) IF NOT EXISTS", CqlConsistency.LocalQuorum, CqlSerialConsistency.LocalSerial);

        var outcomes = await lane.LoadAsync(
            async k => (await lane.Session.ExecuteAsync(insert.With(k, k))).WasApplied.ShouldBeTrue(), () => lane.FailAsync(fault), () => lane.HealAsync(fault));

        // Each key is tried once, so whoever was told "applied" is there and whoever was told "nothing happened" is not.
        var present = (await lane.KeysAsync(CqlConsistency.LocalSerial, [.. outcomes.Keys])).ToHashSet();
        outcomes.Values.ShouldAllBe(error => error == null || error is CqlException);
        outcomes.Where(outcome => outcome.Value is null).ShouldAllBe(outcome => present.Contains(outcome.Key));
        outcomes.Where(outcome => outcome.Value is CqlException { IsAmbiguous: false }).ShouldAllBe(outcome => !present.Contains(outcome.Key));
        var doubtful = outcomes.Where(outcome => outcome.Value is CqlException { IsAmbiguous: true }).ToArray();
        Console.WriteLine($"{fault}: {outcomes.Count} conditional writes, {doubtful.Length} in doubt, of which {doubtful.Count(outcome => present.Contains(outcome.Key))} happened");
    }

    /// <summary>A session through taps, a table, and load.</summary>
    private sealed class Lane : IAsyncDisposable
    {
        private readonly CassandraFixture _cluster;
        private readonly CqlTap[] _taps;
        private long _slowest;

        private Lane(CassandraFixture cluster)
        {
            _cluster = cluster;
            _taps = [.. cluster.Nodes.Select(node => new CqlTap(node))];
            Session = CqlPlace.Session([.. _taps.Select(tap => tap.ContactPoint)]);
        }

        public CqlSession Session { get; }

        public string Keyspace { get; private set; } = "";

        public TimeSpan Slowest => new(_slowest);

        public static async Task<Lane> OpenAsync(CassandraFixture cluster)
        {
            var lane = new Lane(cluster);
            lane.Keyspace = await CqlPlace.KeyspaceAsync(lane.Session, "'us-east': 3");
            await CqlPlace.SchemaAsync(lane.Session, $"CREATE TABLE {lane.Keyspace}.t (k int PRIMARY KEY, v int)");
            return lane;
        }

        public async Task<IReadOnlyDictionary<int, Exception?>> LoadAsync(Func<int, ValueTask> write, Func<Task> fail, Func<Task> heal)
        {
            var outcomes = new ConcurrentDictionary<int, Exception?>();
            var next = 0;
            using var stop = new CancellationTokenSource();
            var callers = Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    var k = Interlocked.Increment(ref next);
                    var watch = Stopwatch.StartNew();
                    try
                    {
                        await write(k);
                        outcomes[k] = null;
                    }
                    catch (Exception e)
                    {
                        outcomes[k] = e;
                    }

                    Interlocked.Exchange(ref _slowest, Math.Max(_slowest, watch.Elapsed.Ticks));
                    await Task.Delay(Pause);
                }
            })).ToArray();
            await Task.Delay(Before);
            await fail();
            await Task.Delay(Faulty);
            await heal();
            await Task.Delay(After);
            await stop.CancelAsync();
            await Task.WhenAll(callers);
            return outcomes;
        }

        public Task<IReadOnlyDictionary<int, Exception?>> LoadAsync(Func<int, ValueTask<CqlRows>> write, Func<Task> fail, Func<Task> heal) =>
            LoadAsync(async k => { await write(k); }, fail, heal);

        public async Task FailAsync(Fault fault)
        {
            switch (fault)
            {
                case Fault.Kill:
                    await _cluster.Nodes[2].KillAsync();
                    break;
                case Fault.Hang:
                    _cluster.Nodes[2].Stop();
                    break;
                default:
                    for (var i = 0; i < 5; i++)
                    {
                        _taps[2].Reset();
                        _taps[i % 3].Reset();
                        await Task.Delay(TimeSpan.FromMilliseconds(300));
                    }

                    _taps[2].Cut();
                    break;
            }
        }

        public async Task HealAsync(Fault fault)
        {
            switch (fault)
            {
                case Fault.Kill:
                    await _cluster.Nodes[2].RestartAsync(CancellationToken.None);
                    break;
                case Fault.Hang:
                    _cluster.Nodes[2].Continue();
                    break;
                default:
                    _taps[2].Restore();
                    break;
            }
        }

        public async Task<IReadOnlyList<int>> KeysAsync()
        {
            List<int> keys = [];
            ReadOnlyMemory<byte> state = default;
            do
            {
                var page = await Session.ExecuteAsync(CqlPlace.Read($"SELECT k FROM {Keyspace}.t").With() with { PagingState = state });
                keys.AddRange(page.Select(row => row.Int32("k")));
                state = page.PagingState;
            }
            while (!state.IsEmpty);
            return keys;
        }

        /// <summary>Paxos settles what is in doubt, one partition at a time.</summary>
        public async Task<IReadOnlyCollection<int>> KeysAsync(CqlConsistency consistency, int[] keys)
        {
            var present = new ConcurrentBag<int>();
            var read = CqlPlace.Read($"SELECT k FROM {Keyspace}.t WHERE k = ?", consistency);
            await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (k, cancel) =>
            {
                if ((await Session.ExecuteAsync(read.With(k), cancel)).Count > 0)
                {
                    present.Add(k);
                }
            });
            return present;
        }

        public async ValueTask DisposeAsync()
        {
            await Session.DisposeAsync();
            foreach (var tap in _taps)
            {
                await tap.DisposeAsync();
            }
        }
    }
}
