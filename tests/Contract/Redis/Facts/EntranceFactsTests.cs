using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.RateLimits;
using GlobalGateway.Replication.Redis;
using GlobalGateway.Replication.Stores;
using GlobalGateway.Replication.Survey;
using GlobalGateway.Testing;
using GlobalGateway.Testing.Redis;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.Redis.Facts;

/// <summary>TLS, users, Sentinels and a cluster: how one gets in, and what the probe says of it.</summary>
public sealed class EntranceFactsTests
{
    private const string Password = "only-in-its-file";

    // Without +info in the line: each test says whether the user has it.
    private static readonly string[] User =
    [
        "--user", "default", "on", $">{Password}", "resetkeys", "~gg:*", "resetchannels", "-@all",
        "+ping", "+echo", "+select", "+client|setname", "+cluster|nodes", "+eval", "+evalsha", "+script|load",
        "+time", "+get", "+set", "+del", "+exists", "+hset", "+hmget", "+hincrby", "+incrby", "+pexpire",
    ];

    private static readonly LogKey Log = new(new AccountKey("tenant", 1_767_225_600), "us-east", 1);
    private static readonly SpendVector Ten = new(10, 0, 0);
    private static readonly SpendVector One = new(1, 0, 0);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tls_WithTheAuthority_LetsInAndLends()
    {
        using var place = new TlsServer();
        await using var connection = new RedisConnection((await place.StartAsync()) with { CaFile = place.Certificates.Ca }, "quota", TimeProvider.System);

        (await connection.FirstLookAsync(Cancel)).MayLend.ShouldBeTrue();
        await LendAsync(new RedisSlices(connection));
    }

    [Fact]
    public async Task Tls_WithAnotherAuthority_IsNotEntered()
    {
        using var place = new TlsServer();
        var options = await place.StartAsync();
        var other = Directory.CreateDirectory(Path.Combine(place.Folder, "other")).FullName;
        await using var connection = new RedisConnection(options with { CaFile = new RedisCertificates(other).Ca }, "quota", TimeProvider.System);

        (await connection.FirstLookAsync(Cancel)).Checks.ShouldHaveSingleItem().Outcome.ShouldBe(CheckOutcome.Failed);
        connection.Up.ShouldBeFalse();
    }

    [Fact]
    public async Task User_WithTheRightsOfTheManual_LendsAndLimits()
    {
        using var server = await StartWithUserAsync("+info", "+config|get");
        await using var connection = await EnterAsync(server);

        var standing = await connection.FirstLookAsync(Cancel);

        standing.MayLend.ShouldBeTrue();
        await LendAsync(new RedisSlices(connection));
        (await LimitsOf(connection).TakeAsync("key", Gcra.Create(10, TimeSpan.FromMinutes(1), 5), 1)).Remaining.ShouldBe(4);
        connection.Failures.ShouldBe(0);
    }

    [Fact]
    public async Task User_WithoutInfo_IsSaidToBe_AndSlicesAreOffWhileLimitsWork()
    {
        using var server = await StartWithUserAsync();
        await using var connection = await EnterAsync(server);

        var standing = await connection.FirstLookAsync(Cancel);

        standing.Reached.ShouldBeTrue();
        standing.MayLend.ShouldBeFalse();
        var role = standing.Checks.Single(check => check.Name == "redis role");
        role.Outcome.ShouldBe(CheckOutcome.Failed);
        role.Found.ShouldBe("the user may not INFO");
        role.Remedy!.ShouldContain("+info");
        standing.Checks.Single(check => check.Name == "redis repl-backlog-ttl").Outcome.ShouldBe(CheckOutcome.Unknown);
        await Should.ThrowAsync<SlicesUnavailableException>(async () => await new RedisSlices(connection).TakeAsync(Log, 1, Guid.NewGuid(), One, Cancel));
        (await LimitsOf(connection).TakeAsync("key", Gcra.Create(10, TimeSpan.FromMinutes(1), 5), 1)).Remaining.ShouldBe(4);
        connection.Failures.ShouldBe(0);
    }

    [Fact]
    public async Task Password_Wrong_IsSaidWithoutIt()
    {
        using var server = await StartWithUserAsync("+info");
        var file = Path.Combine(server.Folder, "wrong");
        await File.WriteAllTextAsync(file, "not-the-password", Cancel);
        await using var connection = new RedisConnection(new RedisOptions { Endpoints = [server.Endpoint], PasswordFile = file }, "quota", TimeProvider.System);

        var standing = await connection.FirstLookAsync(Cancel);

        standing.Reached.ShouldBeFalse();
        standing.Checks.ShouldHaveSingleItem().ToString().ShouldNotContain("not-the-password");
    }

    [Fact]
    public async Task Settings_OfAPlainServer_AreSaidWithWhatToDo()
    {
        using var server = await RedisLines.StartAsync("--maxmemory-policy", "allkeys-lru");
        await using var connection = await RedisLines.OpenAsync(server);

        var checks = connection.Standing.Checks;

        checks.Single(check => check.Name == "redis maxmemory-policy").ShouldSatisfyAllConditions(
            check => check.Outcome.ShouldBe(CheckOutcome.Failed), check => check.Found.ShouldBe("allkeys-lru"), check => check.Remedy!.ShouldContain("noeviction"));
        checks.Single(check => check.Name == "redis repl-backlog-ttl").ShouldSatisfyAllConditions(
            check => check.Found.ShouldBe("3600"), check => check.Remedy!.ShouldStartWith("Set it to 0"));
        connection.Standing.MayLend.ShouldBeTrue("both cost rights, not safety");
    }

    [Fact]
    public async Task Sentinels_FailoverOfAHungMaster_IsFollowed()
    {
        using var master = await RedisLines.StartAsync("--repl-backlog-ttl", "0", "--repl-diskless-sync-delay", "0");
        using var replica = await RedisLines.StartAsync("--replicaof", $"127.0.0.1 {master.Port}", "--repl-backlog-ttl", "0");
        using var sentinels = await RedisSentinels.StartAsync(master, Cancel);
        await using var connection = await RedisLines.OpenAsync(new RedisOptions { Endpoints = sentinels.Endpoints, Master = RedisSentinels.Master }, TimeSpan.FromSeconds(2));
        var slices = new RedisSlices(connection);
        await LendAsync(slices);

        master.Pause();
        await RedisLines.DownAsync(connection);
        await Eventually.HoldsAsync(async () => await sentinels.MasterPortAsync() == $"{replica.Port}", "the replica is the master");
        await RedisLines.UpAsync(connection);

        (await slices.TakeAsync(Log, 1, Guid.NewGuid(), One, Cancel)).Amount.ShouldBe(default, "it was loaded at the other server");
        await slices.LoadAsync(Log, 2, Ten, Cancel);
        (await slices.TakeAsync(Log, 2, Guid.NewGuid(), One, Cancel)).Amount.ShouldBe(One);

        // The old master comes back as one, until the Sentinels make it a replica: nobody is connected to it any more.
        master.Continue();
        await Eventually.HoldsAsync(async () => await master.InfoAsync("replication", "role") == "slave", "the old master is a replica");
        (await slices.TakeAsync(Log, 2, Guid.NewGuid(), One, Cancel)).Amount.ShouldBe(One);
    }

    [Fact]
    public async Task Cluster_KeepsAllKeysOfALogInOneSlot_AndLends()
    {
        Assert.SkipWhen(RedisServer.Missing is not null, RedisServer.Missing ?? "");
        using var cluster = await RedisCluster.StartAsync(Cancel, "--repl-backlog-ttl", "0");
        await using var connection = await RedisLines.OpenAsync(new RedisOptions { Endpoints = [.. cluster.Nodes.Select(node => node.Endpoint)] });
        connection.Standing.MayLend.ShouldBeTrue();
        var slices = new RedisSlices(connection);
        var limits = LimitsOf(connection);

        var slots = new HashSet<string>();
        for (var i = 0; i < 30; i++)
        {
            var log = Log with { Account = new AccountKey($"team {{{i}}}/{i}", Log.Account.Period) };
            await slices.LoadAsync(log, 1, Ten, Cancel);
            await slices.LoadAsync(log, 2, Ten, Cancel);
            await slices.SealAsync(log, 1, Cancel);
            (await slices.TakeAsync(log, 2, Guid.NewGuid(), One, Cancel)).ShouldBe(new SliceLease(One, 1));
            (await limits.TakeAsync($"key {{{i}}}", Gcra.Create(10, TimeSpan.FromMinutes(1), 5), 1)).Remaining.ShouldBe(4);
            var of = await Task.WhenAll(new[] { RedisSlices.SliceKey(log, 1), RedisSlices.SliceKey(log, 2), RedisSlices.Prefix(log) + ":seal" }.Select(key => cluster.Nodes[0].CommandAsync("CLUSTER", "KEYSLOT", key)));
            of.Distinct().ShouldHaveSingleItem();
            slots.Add(of[0]);
        }

        slots.Count.ShouldBeGreaterThan(20);
        connection.Failures.ShouldBe(0);
    }

    private static async Task LendAsync(RedisSlices slices)
    {
        await slices.LoadAsync(Log, 1, Ten, Cancel);
        (await slices.TakeAsync(Log, 1, Guid.NewGuid(), One, Cancel)).Amount.ShouldBe(One);
        await slices.SealAsync(Log, 0, Cancel);
    }

    private static RedisRateLimitStore LimitsOf(RedisConnection connection) =>
        new(connection, "us-east", 2, new LocalRateLimitStore(TimeProvider.System), TimeProvider.System);

    private static async Task<RedisServer> StartWithUserAsync(params string[] more)
    {
        Assert.SkipWhen(RedisServer.Missing is not null, RedisServer.Missing ?? "");
        return await RedisServer.StartAsync(
            Directory.CreateTempSubdirectory("gg-redis-").FullName, FreePorts.Next(), ["--pass", Password], [.. User, .. more, "--repl-backlog-ttl", "0"], Cancel);
    }

    private static async Task<RedisConnection> EnterAsync(RedisServer server)
    {
        var file = Path.Combine(server.Folder, "password");
        await File.WriteAllTextAsync(file, Password + "\n", Cancel);
        return await RedisLines.OpenAsync(new RedisOptions { Endpoints = [server.Endpoint], PasswordFile = file });
    }

    private sealed class TlsServer : IDisposable
    {
        private RedisServer? _server;

        public TlsServer() => Certificates = new RedisCertificates(Folder);

        public string Folder { get; } = Directory.CreateTempSubdirectory("gg-redis-tls-").FullName;

        public RedisCertificates Certificates { get; }

        public async Task<RedisOptions> StartAsync()
        {
            Assert.SkipWhen(RedisServer.Missing is not null, RedisServer.Missing ?? "");
            var port = FreePorts.Next();
            _server = await RedisServer.StartAsync(Directory.CreateDirectory(Path.Combine(Folder, "data")).FullName, port, Certificates.Credentials, Certificates.Arguments(port), Cancel);
            return new RedisOptions { Endpoints = [_server.Endpoint] };
        }

        public void Dispose()
        {
            _server?.Dispose();
            Directory.Delete(Folder, recursive: true);
        }
    }
}
