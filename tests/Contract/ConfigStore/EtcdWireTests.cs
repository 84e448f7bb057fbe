using System.Text;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Etcd;
using GlobalGateway.Testing;
using GlobalGateway.Testing.Etcd;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.ConfigStore;

/// <summary>What the client makes of answers that a healthy cluster rarely gives.</summary>
[Trait("suite", "config")]
public sealed class EtcdWireTests
{
    private const string Created = """{"result":{"header":{"revision":"7"},"created":true}}""";

    private static readonly StoreTransaction Put = new([], [new StoreWrite.Put("a", [1])]);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commit_AnswerIsLost_IsSentOnceAndItsOutcomeUnknown()
    {
        await using var first = await ScriptedGateway.StartAsync((context, _, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        await using var second = await ScriptedGateway.StartAsync((context, _, _) => context.Response.WriteAsync("""{"header":{"revision":"9"},"succeeded":true}""", Cancel));
        await using var store = EtcdClients.Open(new EtcdOptions { Endpoints = [first.Url, second.Url] });

        await Should.ThrowAsync<StoreUnavailableException>(() => store.CommitAsync(Put, Cancel));

        first.Asked.ShouldBe(["kv/txn"]);
        second.Asked.ShouldBeEmpty();
        (await store.CommitAsync(Put, Cancel)).ShouldBe(new StoreCommit(true, 9));
    }

    [Theory]
    [InlineData(503, """{"error":"etcdserver: request timed out","message":"etcdserver: request timed out","code":14}""")]
    [InlineData(502, "<html>")]
    [InlineData(200, "half an ans")]
    public async Task Commit_AnswerThatDoesNotSay_IsSentOnceAndItsOutcomeUnknown(int status, string body)
    {
        await using var gateway = await ScriptedGateway.StartAsync((context, _, _) =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(body, Cancel);
        });
        await using var store = EtcdClients.Open(new EtcdOptions { Endpoints = [gateway.Url, gateway.Url] });

        await Should.ThrowAsync<StoreUnavailableException>(() => store.CommitAsync(Put, Cancel));

        gateway.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Commit_MemberThatCannotBeReached_GoesToTheNext()
    {
        await using var gateway = await ScriptedGateway.StartAsync((context, _, _) => context.Response.WriteAsync("""{"header":{"revision":"9"},"succeeded":true}""", Cancel));
        await using var store = EtcdClients.Open(new EtcdOptions { Endpoints = [$"http://127.0.0.1:{FreePorts.Next()}", gateway.Url] });

        (await store.CommitAsync(Put, Cancel)).ShouldBe(new StoreCommit(true, 9));
    }

    [Fact]
    public async Task Commit_SucceededIsAbsent_IsNotApplied()
    {
        await using var gateway = await ScriptedGateway.StartAsync((context, _, _) => context.Response.WriteAsync("""{"header":{"revision":"9"}}""", Cancel));
        await using var store = EtcdClients.Open(new EtcdOptions { Endpoints = [gateway.Url] });

        (await store.CommitAsync(Put, Cancel)).ShouldBe(new StoreCommit(false, 9));
    }

    [Fact]
    public async Task Range_Redirect_IsNotFollowed()
    {
        await using var elsewhere = await ScriptedGateway.StartAsync((context, _, _) => context.Response.WriteAsync(ScriptedGateway.Listing(1, "a", "1"), Cancel));
        await using var gateway = await ScriptedGateway.StartAsync((context, path, _) =>
        {
            context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            context.Response.Headers.Location = $"{elsewhere.Url}/v3/{path}";
            return Task.CompletedTask;
        });
        await using var store = EtcdClients.Open(new EtcdOptions { Endpoints = [gateway.Url] });

        (await Should.ThrowAsync<StoreException>(() => store.RangeAsync(StoreQuery.One("a"), Cancel))).Message.ShouldContain("307");

        elsewhere.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Follow_ErrorInTheMiddleOfTheStream_ListsAgain() => await ListsAgainAfterAsync(
        Created, """{"error":{"grpc_code":14,"http_code":503,"message":"etcdserver: no leader","http_status":"Service Unavailable"}}""");

    [Fact]
    public async Task Follow_RevisionThatIsCompacted_ListsAgain() => await ListsAgainAfterAsync(
        Created, """{"result":{"header":{"raft_term":"2"},"canceled":true,"compact_revision":"20"}}""");

    [Fact]
    public async Task Follow_WatchAheadOfTheStore_ListsAgain() => await ListsAgainAfterAsync("""{"result":{"header":{"revision":"3"},"created":true}}""");

    [Fact]
    public async Task Follow_RevisionBelowOneSeen_ListsAgain() => await ListsAgainAfterAsync(
        Created,
        """{"result":{"header":{"revision":"8"},"events":[{"kv":{"key":"YQ==","value":"Mg==","create_revision":"1","mod_revision":"8"}}]}}""",
        """{"result":{"header":{"revision":"7"},"events":[{"kv":{"key":"YQ==","value":"Mw==","create_revision":"1","mod_revision":"7"}}]}}""");

    [Fact]
    public async Task Follow_SomethingThatIsNoJson_ListsAgain() => await ListsAgainAfterAsync(Created, "<html>");

    [Fact]
    public async Task Follow_SilentWatch_ListsAgain() => await ListsAgainAfterAsync(Created);

    [Fact]
    public async Task Follow_KeyPutAndDeletedAtOnce_IsDeletedOnly()
    {
        await using var gateway = await FollowedAsync(
            Created,
            """{"result":{"header":{"revision":"9"},"events":[{"kv":{"key":"Yg==","value":"Mg==","create_revision":"8","mod_revision":"8"}},{"type":"DELETE","kv":{"key":"Yg==","mod_revision":"9"}},{"type":"DELETE","kv":{"key":"YQ==","mod_revision":"9"}},{"kv":{"key":"YQ==","value":"Mw==","create_revision":"9","mod_revision":"9"}}]}}""");
        await using var store = EtcdClients.Open(new EtcdOptions { Endpoints = [gateway.Url] });

        await foreach (var update in store.FollowAsync("", Cancel))
        {
            if (!update.Listing)
            {
                update.Revision.ShouldBe(9);
                update.Deleted.ShouldBe(["b"]);
                update.Entries.ShouldHaveSingleItem().CreateRevision.ShouldBe(9);
                break;
            }
        }
    }

    // After these lines the watch says nothing more; the second listing is another.
    private static async Task ListsAgainAfterAsync(params string[] lines)
    {
        await using var gateway = await FollowedAsync(lines);
        await using var store = EtcdClients.Open(new EtcdOptions { Endpoints = [gateway.Url] });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(20));

        var listings = new List<string>();
        await foreach (var update in store.FollowAsync("", patience.Token))
        {
            if (update.Listing)
            {
                listings.Add(Encoding.ASCII.GetString(update.Entries[0].Value));
            }

            if (listings.Count == 2)
            {
                break;
            }
        }

        listings.ShouldBe(["listing 1", "listing 2"]);
    }

    private static Task<ScriptedGateway> FollowedAsync(params string[] lines) => ScriptedGateway.StartAsync(async (context, path, count) =>
    {
        if (path == "kv/range")
        {
            await context.Response.WriteAsync(ScriptedGateway.Listing(7, "a", $"listing {count}"), context.RequestAborted);
            return;
        }

        context.Request.Headers["Grpc-Metadata-hasleader"].ToString().ShouldBe("true");
        foreach (var line in lines)
        {
            await ScriptedGateway.LineAsync(context, line);
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    });
}
