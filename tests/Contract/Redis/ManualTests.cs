using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Redis;
using GlobalGateway.Replication.Survey;
using GlobalGateway.Testing;
using GlobalGateway.Testing.Redis;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.Redis;

/// <summary>The configuration that docs/operate/redis.md shows, as it stands there, on real servers.</summary>
public sealed class ManualTests
{
    private static readonly LogKey Log = new(new AccountKey("tenant", 1_767_225_600), "us-east", 1);
    private static readonly SpendVector One = new(1, 0, 0);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Standalone_AsShown_PassesEveryCheckAndServes()
    {
        using var server = await StartAsync([]);
        await using var connection = await RedisLines.OpenAsync(new RedisOptions { Endpoints = [server.Endpoint], PasswordFile = await PasswordAsync(server) });

        connection.Standing.Checks.ShouldAllBe(check => check.Outcome == CheckOutcome.Ok);
        await new RedisSlices(connection).LoadAsync(Log, 1, One, Cancel);
        (await new RedisSlices(connection).TakeAsync(Log, 1, Guid.NewGuid(), One, Cancel)).Amount.ShouldBe(One);
        foreach (var (command, expected) in new[]
                 {
                     (new[] { "INFO", "replication" }, "role:master"), (["CONFIG", "GET", "repl-backlog-ttl"], "0"), (["CLIENT", "LIST"], "gg-quota"), (["INFO", "commandstats"], "cmdstat_eval"),
                 })
        {
            (await server.CommandAsync(command)).ShouldContain(expected);
        }

        await NothingRefusedAsync(server);
    }

    [Fact]
    public async Task Sentinels_AsShown_FailOverAndAreFollowed()
    {
        using var master = await StartAsync(Block("replica.conf"));
        using var replica = await StartAsync([.. Block("replica.conf"), $"replicaof 127.0.0.1 {master.Port}"]);
        var lines = Block("sentinel.conf").Where(line => !line.Contains(" monitor ", StringComparison.Ordinal) && !line.Contains(" down-after-", StringComparison.Ordinal)).ToArray();
        using var sentinels = await RedisSentinels.StartAsync(master, Cancel, lines);
        await using var connection = await RedisLines.OpenAsync(
            new RedisOptions { Endpoints = sentinels.Endpoints, Master = RedisSentinels.Master, PasswordFile = await PasswordAsync(master) }, TimeSpan.FromSeconds(2));
        var slices = new RedisSlices(connection);
        await slices.LoadAsync(Log, 1, One, Cancel);

        (await sentinels.CommandAsync("SENTINEL", "FAILOVER", RedisSentinels.Master)).ShouldBe("OK");

        await Eventually.HoldsAsync(async () => await replica.InfoAsync("replication", "role") == "master" && await master.InfoAsync("replication", "role") == "slave", "roles are changed");
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    return (await slices.TakeAsync(Log, 1, Guid.NewGuid(), One, Cancel)).Amount == default;
                }
                catch (Replication.Stores.SlicesUnavailableException)
                {
                    return false;
                }
            },
            "the new master is asked, and lends nothing of the old one's");
        await NothingRefusedAsync(replica);
    }

    private static async Task<RedisServer> StartAsync(IReadOnlyList<string> more)
    {
        Assert.SkipWhen(RedisServer.Missing is not null, RedisServer.Missing ?? "");
        var folder = Directory.CreateTempSubdirectory("gg-redis-").FullName;
        var file = Path.Combine(folder, "redis.conf");
        await File.WriteAllLinesAsync(file, [.. Block("redis.conf"), "repl-diskless-sync-delay 0", .. more], Cancel);
        return await RedisServer.StartAsync(folder, FreePorts.Next(), ["--user", "operator", "--pass", "OPERATOR-PASSWORD"], [], Cancel, file);
    }

    // Each entry names what somebody asked for and may not.
    private static async Task NothingRefusedAsync(RedisServer server)
    {
        var lines = (await server.CommandAsync("ACL", "LOG")).Split('\n');
        lines.Where((_, at) => at > 0 && lines[at - 1].Trim() is "object" or "username").ShouldBeEmpty();
    }

    private static async Task<string> PasswordAsync(RedisServer server)
    {
        var file = Path.Combine(server.Folder, "password");
        await File.WriteAllTextAsync(file, "PASSWORD", Cancel);
        return file;
    }

    private static string[] Block(string name)
    {
        var lines = File.ReadAllLines(Path.Combine(SourceTree.Root, "docs", "operate", "redis.md"));
        return [.. lines.SkipWhile(line => line != "```" + name).Skip(1).TakeWhile(line => line != "```")];
    }
}
