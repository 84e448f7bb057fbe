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

    private const int Callers = 4;

    /// <summary>Of each caller: three nodes and their load share a small machine.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Faulty = TimeSpan.FromSeconds(4);
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
    public async Task Statements_WhileANodeFails_SucceedOrSayWhatIsInDoubt(Fault fault)
    {
        CqlPlace.SkipWithoutServer();
        await using var lane = await Lane.OpenAsync(await clusters.ThreeNodesAsync());
        var upsert = new CqlStatement($"INSERT INTO {lane.Keyspace}.t (k, v) VALUES (?, ?)", CqlConsistency.LocalQuorum) { IsIdempotent = true };
        var insert = new CqlStatement($"INSERT INTO {lane.Keyspace}.c (k, v) VALUES (?, ?) IF NOT EXISTS", CqlConsistency.LocalQuorum, CqlSerialConsistency.LocalSerial);

        var (repeated, once) = (new Load(), new Load());
        await Task.WhenAll(
            repeated.RunAsync(async k => await lane.Session.ExecuteAsync(upsert.With(k, k))),
            once.RunAsync(async k => (await lane.Session.ExecuteAsync(insert.With(k, k))).WasApplied.ShouldBeTrue()),
            lane.FailAndHealAsync(fault, () =>
            {
                repeated.Stop();
                once.Stop();
            }));

        // What may be sent twice was done, but for the one in a hundred whose second try met the failing node, too, and was told so.
        var failed = repeated.Outcomes.Where(outcome => outcome.Value is not null).ToArray();
        failed.ShouldAllBe(outcome => outcome.Value is CqlException);
        failed.Length.ShouldBeLessThanOrEqualTo(repeated.Outcomes.Count / 100, string.Join("; ", failed.Select(outcome => outcome.Value!.Message)));
        repeated.Outcomes.Where(outcome => outcome.Value is null).Select(outcome => outcome.Key).ShouldBeSubsetOf(await lane.KeysAsync());

        // What may not: each key was tried once, so whoever was told "applied" is there, and whoever was told "nothing happened" is not.
        var present = (await lane.SettledKeysAsync(once.Outcomes.Keys)).ToHashSet();
        once.Outcomes.Values.ShouldAllBe(error => error == null || error is CqlException);
        once.Outcomes.Where(outcome => outcome.Value is null).ShouldAllBe(outcome => present.Contains(outcome.Key));
        once.Outcomes.Where(outcome => outcome.Value is CqlException { IsAmbiguous: false }).ShouldAllBe(outcome => !present.Contains(outcome.Key));
        var doubtful = once.Outcomes.Where(outcome => outcome.Value is CqlException { IsAmbiguous: true }).ToArray();
        Console.WriteLine($"{fault}: {repeated.Outcomes.Count} idempotent writes, the slowest {repeated.Slowest.TotalMilliseconds:0} ms; "
            + $"{once.Outcomes.Count} conditional ones, {doubtful.Length} in doubt, of which {doubtful.Count(outcome => present.Contains(outcome.Key))} happened");
    }

    /// <summary>Callers that try one key each time, and what became of each.</summary>
    private sealed class Load
    {
        private volatile bool _isStopped;
        private long _slowest;
        private int _next;

        public ConcurrentDictionary<int, Exception?> Outcomes { get; } = [];

        public TimeSpan Slowest => new(_slowest);

        public void Stop() => _isStopped = true;

        public Task RunAsync(Func<int, Task> write) => Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (!_isStopped)
            {
                var k = Interlocked.Increment(ref _next);
                var watch = Stopwatch.StartNew();
                try
                {
                    await write(k);
                    Outcomes[k] = null;
                }
                catch (Exception e)
                {
                    Outcomes[k] = e;
                }

                Interlocked.Exchange(ref _slowest, Math.Max(_slowest, watch.Elapsed.Ticks));
                await Task.Delay(Pause);
            }
        })));
    }

    /// <summary>A session through taps, and two tables.</summary>
    private sealed class Lane : IAsyncDisposable
    {
        private readonly CassandraFixture _cluster;
        private readonly CqlTap[] _taps;

        private Lane(CassandraFixture cluster)
        {
            _cluster = cluster;
            _taps = [.. cluster.Nodes.Select(node => new CqlTap(node))];
            Session = CqlPlace.Session([.. _taps.Select(tap => tap.ContactPoint)]);
        }

        public CqlSession Session { get; }

        public string Keyspace { get; private set; } = "";

        public static async Task<Lane> OpenAsync(CassandraFixture cluster)
        {
            var lane = new Lane(cluster);
            lane.Keyspace = await CqlPlace.KeyspaceAsync(lane.Session, "'us-east': 3");
            await CqlPlace.SchemaAsync(lane.Session, $"CREATE TABLE {lane.Keyspace}.t (k int PRIMARY KEY, v int)");
            await CqlPlace.SchemaAsync(lane.Session, $"CREATE TABLE {lane.Keyspace}.c (k int PRIMARY KEY, v int)");
            return lane;
        }

        public async Task FailAndHealAsync(Fault fault, Action stop)
        {
            var victim = _cluster.Nodes[2];
            try
            {
                await Task.Delay(Before);
                switch (fault)
                {
                    case Fault.Kill:
                        await victim.KillAsync();
                        break;
                    case Fault.Hang:
                        victim.Stop();
                        break;
                    default:
                        await ResetAsync();
                        break;
                }

                await Task.Delay(Faulty);
                victim.Continue();
                Array.ForEach(_taps, tap => tap.Restore());
                if (fault is Fault.Kill)
                {
                    await victim.RestartAsync(CancellationToken.None);
                }

                await Task.Delay(After);
            }
            finally
            {
                stop();
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
        public async Task<IReadOnlyCollection<int>> SettledKeysAsync(IEnumerable<int> keys)
        {
            var present = new ConcurrentBag<int>();
            var read = CqlPlace.Read($"SELECT k FROM {Keyspace}.c WHERE k = ?", CqlConsistency.LocalSerial);
            await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (k, cancel) =>
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

        /// <summary>Of one node again and again, of the others now and then; then nobody reaches the one.</summary>
        private async Task ResetAsync()
        {
            for (var time = 0; time < 5; time++)
            {
                _taps[2].Reset();
                _taps[time % 3].Reset();
                await Task.Delay(TimeSpan.FromMilliseconds(300));
            }

            _taps[2].Cut();
        }
    }
}
