using GlobalGateway.Replication.Redis;
using GlobalGateway.Testing.Redis;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.Redis;

/// <summary>Connections as an edge has them, to servers of a test.</summary>
internal static class RedisLines
{
    public static async Task<RedisConnection> OpenAsync(RedisOptions options)
    {
        Assert.SkipWhen(RedisServer.Missing is not null, RedisServer.Missing ?? "");
        var connection = new RedisConnection(options, "quota", TimeProvider.System);
        await UpAsync(connection);
        return connection;
    }

    public static Task<RedisConnection> OpenAsync(params RedisServer[] servers) => OpenAsync(new RedisOptions { Endpoints = [.. servers.Select(server => server.Endpoint)] });

    public static Task UpAsync(RedisConnection connection) => RedisServer.UntilAsync(
        () => Task.FromResult(connection.Up),
        "connected",
        TestContext.Current.CancellationToken);

    public static Task DownAsync(RedisConnection connection) => RedisServer.UntilAsync(
        () => Task.FromResult(!connection.Up),
        "found to be lost",
        TestContext.Current.CancellationToken);

    public static Task<RedisServer> StartAsync(params string[] arguments)
    {
        Assert.SkipWhen(RedisServer.Missing is not null, RedisServer.Missing ?? "");
        return RedisServer.StartAsync(TestContext.Current.CancellationToken, arguments);
    }
}
