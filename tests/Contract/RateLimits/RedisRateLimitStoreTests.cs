using System.Diagnostics;
using GlobalGateway.Replication.RateLimits;
using GlobalGateway.Replication.Redis;
using GlobalGateway.Testing.Redis;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.RateLimits;

public sealed class RedisRateLimitStoreTests : RateLimitStoreContract, IAsyncLifetime
{
    private RedisServer _redis = null!;
    private RedisRateLimitStore _store = null!;

    protected override IRateLimitStore Store => _store;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(RedisServer.Missing is not null, RedisServer.Missing ?? "");
        _redis = await RedisServer.StartAsync(TestContext.Current.CancellationToken);
        _store = Create();

        // The first call of a store connects, which may take longer than a request waits.
        var rate = Gcra.Create(1, TimeSpan.FromSeconds(1), 1);
        var waiting = Stopwatch.StartNew();
        do
        {
            waiting.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
            await Task.Delay(RedisRateLimitStore.Pause / 10, TestContext.Current.CancellationToken);
            await _store.TakeAsync("warm-up", rate, 1);
        }
        while (_store.Degraded);
    }

    public ValueTask DisposeAsync()
    {
        _store?.Dispose();
        _redis?.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task TwoEdges_ShareOneLimit()
    {
        using var other = Create();
        var rate = Gcra.Create(10, TimeSpan.FromMinutes(1), 5);
        var waiting = Stopwatch.StartNew();
        while ((await other.TakeAsync("warm-up-2", rate, 0)).Remaining < 0 || other.Degraded)
        {
            waiting.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
            await Task.Delay(RedisRateLimitStore.Pause / 10, TestContext.Current.CancellationToken);
        }

        await _store.TakeAsync("shared", rate, 3);

        (await other.TakeAsync("shared", rate, 2)).Remaining.ShouldBe(0);
        other.Failures.ShouldBeLessThan(100);
        (await _store.TakeAsync("shared", rate, 1)).Admitted.ShouldBeFalse();
    }

    [Fact]
    public async Task RedisGone_TheEdgeLimitsByItselfAtItsShare()
    {
        _redis.Kill();
        var rate = Gcra.Create(10, TimeSpan.FromMinutes(1), 8);

        var admitted = 0;
        for (var i = 0; i < 20; i++)
        {
            admitted += (await _store.TakeAsync("lost", rate, 1)).Admitted ? 1 : 0;
        }

        admitted.ShouldBe(4);
        _store.Degraded.ShouldBeTrue();
        _store.Failures.ShouldBeGreaterThanOrEqualTo(20);
    }

    // Two edges at most: each one's own share is a half.
    private RedisRateLimitStore Create() =>
        new(_redis.Endpoint, "us-east", edgesMax: 2, new LocalRateLimitStore(TimeProvider.System), TimeProvider.System);
}
