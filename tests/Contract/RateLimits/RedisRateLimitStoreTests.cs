using GlobalGateway.Contract.Redis;
using GlobalGateway.Replication.RateLimits;
using GlobalGateway.Replication.Redis;
using GlobalGateway.Testing.Redis;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.RateLimits;

public sealed class RedisRateLimitStoreTests : RateLimitStoreContract, IAsyncLifetime
{
    private RedisServer _redis = null!;
    private RedisConnection _connection = null!;
    private RedisRateLimitStore _store = null!;

    protected override IRateLimitStore Store => _store;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisLines.StartAsync();
        _connection = await RedisLines.OpenAsync(_redis);
        _store = Create(_connection);
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        _redis?.Dispose();
    }

    [Fact]
    public async Task TwoEdges_ShareOneLimit()
    {
        await using var line = await RedisLines.OpenAsync(_redis);
        var other = Create(line);
        var rate = Gcra.Create(10, TimeSpan.FromMinutes(1), 5);

        await _store.TakeAsync("shared", rate, 3);

        (await other.TakeAsync("shared", rate, 2)).Remaining.ShouldBe(0);
        other.Failures.ShouldBe(0);
        (await _store.TakeAsync("shared", rate, 1)).Admitted.ShouldBeFalse();
    }

    [Fact]
    public async Task RateChanges_WhatWasAdmittedStaysAsManyUnits()
    {
        await _store.TakeAsync("changed", Gcra.Create(10, TimeSpan.FromMinutes(1), 10), 10);

        var decision = await _store.TakeAsync("changed", Gcra.Create(20, TimeSpan.FromMinutes(1), 12), 2);

        decision.Admitted.ShouldBeTrue();
        decision.ResetAfter.ShouldBeInRange(TimeSpan.FromSeconds(31), TimeSpan.FromSeconds(36));
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
    private static RedisRateLimitStore Create(RedisConnection connection) =>
        new(connection, "us-east", edgesMax: 2, new LocalRateLimitStore(TimeProvider.System), TimeProvider.System);
}
