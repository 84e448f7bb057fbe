using System.Diagnostics;
using GlobalGateway.Contract.Redis;
using GlobalGateway.Replication.RateLimits;
using GlobalGateway.Replication.Redis;
using GlobalGateway.Testing.Redis;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.RateLimits;

/// <summary>Several edges on one hot limit of one real Redis.</summary>
public sealed class RateBatchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HotKey_CostsOneCallPerFiftyRequests_CountedAtTheServer()
    {
        using var server = await RedisLines.StartAsync();
        await using var line = await RedisLines.OpenAsync(server);
        var store = Create(line);
        var rate = Gcra.Create(10_000, TimeSpan.FromSeconds(1), 10_000);
        var before = await CallsAsync(server);

        var (asked, admitted) = await DriveAsync(store, "hot", rate, perSecond: 500, TimeSpan.FromSeconds(5));

        var calls = await CallsAsync(server) - before;
        TestContext.Current.SendDiagnosticMessage($"{asked} requests, {calls} calls of Redis");
        Console.WriteLine($"hot key: {asked} requests, {admitted} admitted, {calls} calls of Redis");
        admitted.ShouldBe(asked);
        calls.ShouldBeLessThanOrEqualTo(asked / 50);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task ManyEdges_AtRandom_NeverAdmitMoreThanTheLimitAndTheBurst(int seed)
    {
        using var server = await RedisLines.StartAsync();
        var lines = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RedisLines.OpenAsync(server)));
        try
        {
            var random = new Random(seed);
            var limit = random.Next(200, 3_000);
            var rate = Gcra.Create(limit, TimeSpan.FromSeconds(1), limit / random.Next(1, 4));
            var admissions = new System.Collections.Concurrent.ConcurrentBag<(long Asked, long Told)>();
            var started = Stopwatch.GetTimestamp();
            var runs = lines.Select((line, edge) => BurstsAsync(Create(line), rate, new Random(seed * 100 + edge), admissions, TimeSpan.FromSeconds(4))).ToArray();
            var perEdge = await Task.WhenAll(runs);

            // Each was admitted somewhere between question and answer: a window that has both whole is one it was admitted in.
            var times = admissions.Select(at => (Asked: Stopwatch.GetElapsedTime(started, at.Asked).TotalSeconds, Told: Stopwatch.GetElapsedTime(started, at.Told).TotalSeconds)).OrderBy(at => at.Asked).ToArray();
            for (var i = 0; i < times.Length; i += Math.Max(1, times.Length / 200))
            {
                var from = times[i].Asked;
                var told = times.Skip(i).Select(at => at.Told).Order().ToArray();
                for (var k = 0; k < told.Length; k++)
                {
                    (k + 1).ShouldBeLessThanOrEqualTo((int)(limit * 1.001 * (told[k] - from) + rate.Burst + 1), $"{limit}/s, burst {rate.Burst}, window {from:0.000} to {told[k]:0.000}");
                }
            }

            Console.WriteLine($"limit {limit}/s burst {rate.Burst}: {times.Length} admitted in {times[^1].Asked:0.0} s by edges {string.Join(' ', perEdge)}");
            times.Length.ShouldBeGreaterThan((int)rate.Burst, "more than the burst can be had");
        }
        finally
        {
            foreach (var line in lines)
            {
                await line.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task Adjustments_OfAHotLimit_AreBookedTogether()
    {
        using var server = await RedisLines.StartAsync();
        await using var line = await RedisLines.OpenAsync(server);
        var store = Create(line);
        var rate = Gcra.Create(100, TimeSpan.FromSeconds(1), 100_000);
        await store.TakeAsync("tokens", rate, 1);
        var before = await CallsAsync(server);

        for (var i = 0; i < 1_000; i++)
        {
            await store.AdjustAsync("tokens", rate, 70);
        }

        await Task.Delay(RateBatch.Worth * 2, Cancel);
        (await CallsAsync(server) - before).ShouldBeLessThan(50);
        (await store.TakeAsync("tokens", rate, 1)).Remaining.ShouldBeInRange(29_000, 32_000);
    }

    private static async Task<int> BurstsAsync(
        RedisRateLimitStore store, Gcra rate, Random random, System.Collections.Concurrent.ConcurrentBag<(long Asked, long Told)> admissions, TimeSpan time)
    {
        var started = Stopwatch.StartNew();
        var admitted = 0;
        while (started.Elapsed < time)
        {
            await Task.WhenAll(Enumerable.Range(0, random.Next(1, 60)).Select(async _ =>
            {
                var asked = Stopwatch.GetTimestamp();
                if ((await store.TakeAsync("shared", rate, 1)).Admitted)
                {
                    admissions.Add((asked, Stopwatch.GetTimestamp()));
                    Interlocked.Increment(ref admitted);
                }
            }));
            await Task.Delay(random.Next(1, 40), Cancel);
        }

        return admitted;
    }

    private static async Task<(int Asked, int Admitted)> DriveAsync(RedisRateLimitStore store, string key, Gcra rate, int perSecond, TimeSpan time)
    {
        var (asked, admitted) = (0, 0);
        var pending = new List<Task>();
        var started = Stopwatch.StartNew();
        while (started.Elapsed < time)
        {
            while (asked < started.Elapsed.TotalSeconds * perSecond)
            {
                asked++;
                pending.Add(Task.Run(
                    async () =>
                    {
                        if ((await store.TakeAsync(key, rate, 1)).Admitted)
                        {
                            Interlocked.Increment(ref admitted);
                        }
                    },
                    Cancel));
            }

            await Task.Delay(5, Cancel);
        }

        await Task.WhenAll(pending);
        return (asked, admitted);
    }

    private static async Task<long> CallsAsync(RedisServer server) => await server.CallsAsync("evalsha") + await server.CallsAsync("eval");

    private static RedisRateLimitStore Create(RedisConnection line) => new(line, "us-east", edgesMax: 4, new LocalRateLimitStore(TimeProvider.System), TimeProvider.System);
}
