using System.Collections.Concurrent;
using System.Diagnostics;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.RateLimits;
using GlobalGateway.Replication.Redis;
using GlobalGateway.Replication.Stores;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.Redis.Facts;

/// <summary>What a hung Redis costs those who ask it all the time.</summary>
public sealed class HungUnderLoadTests
{
    private const int PerSecond = 300;

    private static readonly LogKey Log = new(new AccountKey("tenant", 1_767_225_600), "us-east", 1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly TimeSpan AddedMax = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Paused_UnderLoad_FailsNothingAndAddsLittle() => (await Quickest.OfAsync(AddedMax, PauseAsync)).ShouldBeLessThan(AddedMax);

    /// <returns>What it adds to the 99th percentile.</returns>
    private static async Task<TimeSpan> PauseAsync()
    {
        using var server = await RedisLines.StartAsync();
        await using var connection = await RedisLines.OpenHastyAsync(server);
        var limits = new RedisRateLimitStore(connection, "us-east", 2, new LocalRateLimitStore(TimeProvider.System), TimeProvider.System);
        var slices = new RedisSlices(connection);
        await LoadAsync(limits, slices, TimeSpan.FromSeconds(2));
        var before = await LoadAsync(limits, slices, TimeSpan.FromSeconds(3));

        server.Pause();
        var during = await LoadAsync(limits, slices, TimeSpan.FromSeconds(20));
        server.Continue();
        await RedisLines.UpAsync(connection);
        var after = await LoadAsync(limits, slices, TimeSpan.FromSeconds(3));

        Console.WriteLine($"limit and lease, p50 and p99: answering {Show(before)}, hung {Show(during)}, answering again {Show(after)}");
        during.Length.ShouldBe(20 * PerSecond);
        (At(during, 0.5) - At(before, 0.5)).ShouldBeLessThan(5);
        return TimeSpan.FromMilliseconds(At(during, 0.99) - At(before, 0.99));
    }

    // A request's limit, and every tenth time a lease; milliseconds of each, from when it should have begun.
    private static async Task<double[]> LoadAsync(RedisRateLimitStore limits, RedisSlices slices, TimeSpan time)
    {
        var took = new ConcurrentBag<double>();
        var pending = new List<Task>();
        var started = Stopwatch.StartNew();
        for (var i = 0; i < time.TotalSeconds * PerSecond; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / PerSecond);
            if (due > started.Elapsed + TimeSpan.FromMilliseconds(2))
            {
                await Task.Delay(due - started.Elapsed, Cancel);
            }

            var number = i;
            var from = Stopwatch.GetTimestamp();
            pending.Add(Task.Run(
                async () =>
                {
                    (await limits.TakeAsync($"tenant-{number % 20}", Gcra.Create(1_000, TimeSpan.FromSeconds(1), 1_000), 1)).Admitted.ShouldBeTrue();
                    if (number % 10 == 0)
                    {
                        try
                        {
                            await slices.TakeAsync(Log, 1, Guid.NewGuid(), new SpendVector(1, 0, 0), Cancel);
                        }
                        catch (SlicesUnavailableException)
                        {
                            // The edge grants itself rights then.
                        }
                    }

                    took.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
                },
                Cancel));
        }

        await Task.WhenAll(pending);
        return [.. took.Order()];
    }

    private static double At(double[] sorted, double share) => sorted[(int)(sorted.Length * share)];

    private static string Show(double[] sorted) => $"{At(sorted, 0.5):0.0} / {At(sorted, 0.99):0.0} ms of {sorted.Length}";
}
