using GlobalGateway.Replication.Redis;
using GlobalGateway.Testing;
using GlobalGateway.Testing.Redis;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.Redis;

/// <summary>Connections as an edge has them, to servers of a test.</summary>
internal static class RedisLines
{
    // What servers answer is the question, not how soon on a machine that does much else: only tests of time are in a hurry.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<RedisConnection> OpenAsync(RedisOptions options, TimeSpan? patience = null)
    {
        Assert.SkipWhen(RedisServer.Missing is not null, RedisServer.Missing ?? "");
        var connection = new RedisConnection(options, "quota", TimeProvider.System, patience ?? Patience);
        await UpAsync(connection);
        return connection;
    }

    public static Task<RedisConnection> OpenAsync(params RedisServer[] servers) => OpenAsync(new RedisOptions { Endpoints = [.. servers.Select(server => server.Endpoint)] });

    /// <summary>Waits no longer for an answer than an edge does.</summary>
    public static Task<RedisConnection> OpenHastyAsync(RedisServer server) => OpenAsync(new RedisOptions { Endpoints = [server.Endpoint] }, RedisConnection.Timeout);

    public static Task UpAsync(RedisConnection connection) => Eventually.HoldsAsync(
        () => connection.Up,
        "connected");

    public static Task DownAsync(RedisConnection connection) => Eventually.HoldsAsync(
        () => !connection.Up,
        "found to be lost");

    public static Task<RedisServer> StartAsync(params string[] arguments)
    {
        Assert.SkipWhen(RedisServer.Missing is not null, RedisServer.Missing ?? "");
        return RedisServer.StartAsync(TestContext.Current.CancellationToken, arguments);
    }
}
