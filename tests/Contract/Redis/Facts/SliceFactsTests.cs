using System.Diagnostics;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Redis;
using GlobalGateway.Replication.Stores;
using GlobalGateway.Testing;
using GlobalGateway.Testing.Redis;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.Redis.Facts;

/// <summary>What the ledger's design takes for granted about Redis, on a real one.</summary>
public sealed class SliceFactsTests
{
    private static readonly LogKey Log = new(new AccountKey("tenant", 1_767_225_600), "us-east", 1);
    private static readonly SpendVector Ten = new(10, 0, 0);
    private static readonly SpendVector One = new(1, 0, 0);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Promotion_OfALaggingReplica_LendsNothingOfWhatItCopied()
    {
        using var master = await RedisLines.StartAsync("--repl-backlog-ttl", "0", "--repl-diskless-sync-delay", "0");
        using var replica = await RedisLines.StartAsync("--replicaof", $"127.0.0.1 {master.Port}");
        await using var before = await RedisLines.OpenAsync(master);
        var slices = new RedisSlices(before);
        await slices.LoadAsync(Log, 1, Ten, Cancel);
        await CopiedAsync(replica);
        var id = await master.InfoAsync("replication", "master_replid");
        (await replica.InfoAsync("replication", "master_replid")).ShouldBe(id);

        // The replica misses the lease of all of it.
        replica.Pause();
        (await master.CommandAsync("CLIENT", "KILL", "TYPE", "replica")).ShouldBe("1");
        (await slices.TakeAsync(Log, 1, Guid.NewGuid(), Ten, Cancel)).Amount.ShouldBe(Ten);
        master.Kill();
        replica.Continue();
        await replica.CommandAsync("REPLICAOF", "NO", "ONE");

        (await replica.InfoAsync("replication", "master_replid")).ShouldNotBe(id);
        (await replica.CommandAsync("HGET", RedisSlices.SliceKey(Log, 1), "requests")).ShouldBe("10");
        await using var after = await RedisLines.OpenAsync(replica);
        (await new RedisSlices(after).TakeAsync(Log, 1, Guid.NewGuid(), One, Cancel)).Amount.ShouldBe(default);
    }

    [Fact]
    public async Task Restart_FromAnOldFile_LendsNothingOfWhatIsInIt()
    {
        using var server = await RedisLines.StartAsync();
        await using (var before = await RedisLines.OpenAsync(server))
        {
            await new RedisSlices(before).LoadAsync(Log, 1, Ten, Cancel);
            (await server.CommandAsync("SAVE")).ShouldBe("OK");
            (await new RedisSlices(before).TakeAsync(Log, 1, Guid.NewGuid(), Ten, Cancel)).Amount.ShouldBe(Ten);
        }

        await server.StartAgainAsync(Cancel);

        (await server.CommandAsync("HGET", RedisSlices.SliceKey(Log, 1), "requests")).ShouldBe("10");
        await using var after = await RedisLines.OpenAsync(server);
        (await new RedisSlices(after).TakeAsync(Log, 1, Guid.NewGuid(), One, Cancel)).Amount.ShouldBe(default);
    }

    [Fact]
    public async Task Restart_AsAReplicaThatIsThenPromoted_LendsNothing()
    {
        using var server = await RedisLines.StartAsync();
        await using (var before = await RedisLines.OpenAsync(server))
        {
            await new RedisSlices(before).LoadAsync(Log, 1, Ten, Cancel);
        }

        await server.CommandAsync("SAVE");
        await server.CommandAsync("REPLICAOF", "127.0.0.1", "1");
        await server.CommandAsync("REPLICAOF", "NO", "ONE");

        await using var after = await RedisLines.OpenAsync(server);
        (await new RedisSlices(after).TakeAsync(Log, 1, Guid.NewGuid(), One, Cancel)).Amount.ShouldBe(default);
    }

    [Fact]
    public async Task Flush_TakesTheSlice_AndNothingBringsItBack()
    {
        using var server = await RedisLines.StartAsync();
        await using var connection = await RedisLines.OpenAsync(server);
        var slices = new RedisSlices(connection);
        await slices.LoadAsync(Log, 1, Ten, Cancel);
        var lease = Guid.NewGuid();
        await slices.TakeAsync(Log, 1, lease, One, Cancel);

        await server.CommandAsync("FLUSHALL");

        (await slices.TakeAsync(Log, 1, Guid.NewGuid(), One, Cancel)).Amount.ShouldBe(default);
        // What was leased before cannot be had again either, and no seal or question makes a slice.
        (await slices.TakeAsync(Log, 1, lease, One, Cancel)).Amount.ShouldBe(default);
        await slices.SealAsync(Log, 1, Cancel);
        (await server.CommandAsync("EXISTS", RedisSlices.SliceKey(Log, 1))).ShouldBe("0");
    }

    [Fact]
    public async Task Replica_DoesNotLend_AndIsNotUsed()
    {
        using var other = await RedisLines.StartAsync("--repl-diskless-sync-delay", "0");
        using var server = await RedisLines.StartAsync();
        await using var connection = await RedisLines.OpenAsync(server);
        var slices = new RedisSlices(connection);
        await slices.LoadAsync(Log, 1, Ten, Cancel);

        await server.CommandAsync("REPLICAOF", "127.0.0.1", $"{other.Port}");

        await Should.ThrowAsync<SlicesUnavailableException>(async () => await slices.TakeAsync(Log, 1, Guid.NewGuid(), One, Cancel));
        connection.Up.ShouldBeFalse();
        connection.Standing.Checks[0].Found.ShouldBe("the server is a replica now");
        await Task.Delay(RedisConnection.PauseMin * 3, Cancel);
        connection.Up.ShouldBeFalse();
    }

    [Fact]
    public async Task Scripts_Flushed_AreLoadedAgainWithinTheCall()
    {
        using var server = await RedisLines.StartAsync();
        await using var connection = await RedisLines.OpenAsync(server);
        var slices = new RedisSlices(connection);
        await slices.LoadAsync(Log, 1, Ten, Cancel);
        await slices.TakeAsync(Log, 1, Guid.NewGuid(), One, Cancel);

        await server.CommandAsync("SCRIPT", "FLUSH");

        (await slices.TakeAsync(Log, 1, Guid.NewGuid(), One, Cancel)).Amount.ShouldBe(One);
        connection.Failures.ShouldBe(0);

        // Its text goes over the wire once; then its hash does.
        var texts = await server.CallsAsync("eval");
        (await slices.TakeAsync(Log, 1, Guid.NewGuid(), One, Cancel)).Amount.ShouldBe(One);
        (await server.CallsAsync("eval")).ShouldBe(texts);
    }

    [Fact]
    public async Task Hung_CostsOneTimeout_ThenNothingUntilItIsBack()
    {
        using var server = await RedisLines.StartAsync();
        await using var patient = await RedisLines.OpenAsync(server);
        await using var connection = await RedisLines.OpenHastyAsync(server);
        await new RedisSlices(patient).LoadAsync(Log, 1, Ten, Cancel);
        var slices = new RedisSlices(connection);

        server.Pause();
        var first = await RefusedAfterAsync(slices);
        var next = new List<TimeSpan>();
        for (var i = 0; i < 10; i++)
        {
            next.Add(await RefusedAfterAsync(slices));
        }

        // Far less than the client's own timeouts, and then less than one of ours.
        first.ShouldBeLessThan(TimeSpan.FromMilliseconds(500));
        next.Min().ShouldBeLessThan(TimeSpan.FromMilliseconds(20));
        server.Continue();
        await RedisLines.UpAsync(connection);
        await Eventually.HoldsAsync(() => patient.Up, "the patient one, too");
        // The first call may have reached the server and been performed late: one unit is debited that nobody has.
        (await new RedisSlices(patient).TakeAsync(Log, 1, Guid.NewGuid(), Ten, Cancel)).Amount.Requests.ShouldBeInRange(9, 10);
    }

    [Fact]
    public async Task Hung_WhileNobodyAsks_IsFoundOutBeforeSomebodyDoes()
    {
        using var server = await RedisLines.StartAsync();
        await using var connection = await RedisLines.OpenHastyAsync(server);

        server.Pause();

        await RedisLines.DownAsync(connection);
        server.Continue();
        await RedisLines.UpAsync(connection);
    }

    [Fact]
    public async Task Killed_IsSaidAtOnce_AndFoundAgainOnceItIsBack()
    {
        using var server = await RedisLines.StartAsync();
        await using var connection = await RedisLines.OpenAsync(server);
        var slices = new RedisSlices(connection);

        server.Kill();
        await RedisLines.DownAsync(connection);
        (await RefusedAfterAsync(slices)).ShouldBeLessThan(TimeSpan.FromMilliseconds(500));

        await server.StartAgainAsync(Cancel);
        await RedisLines.UpAsync(connection);
        await slices.LoadAsync(Log, 2, Ten, Cancel);
        (await slices.TakeAsync(Log, 2, Guid.NewGuid(), One, Cancel)).Amount.ShouldBe(One);
    }

    private static Task CopiedAsync(RedisServer replica) => Eventually.HoldsAsync(
        async () => await replica.InfoAsync("replication", "master_link_status") == "up" && await replica.CommandAsync("EXISTS", RedisSlices.SliceKey(Log, 1)) == "1",
        "the replica has the slice");

    private static async Task<TimeSpan> RefusedAfterAsync(RedisSlices slices)
    {
        var started = Stopwatch.StartNew();
        await Should.ThrowAsync<SlicesUnavailableException>(async () => await slices.TakeAsync(Log, 1, Guid.NewGuid(), One, Cancel));
        return started.Elapsed;
    }
}
