using GlobalGateway.Cql;
using GlobalGateway.Cql.Connections;
using GlobalGateway.Testing;
using GlobalGateway.Testing.Cassandra;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Cql;

/// <summary>Which nodes are asked, and what becomes of those that fail.</summary>
public class CqlNodesTests
{
    private static readonly CqlStatement Read = new("SELECT v FROM k.t", CqlConsistency.LocalQuorum);

    [Fact]
    public async Task Statements_GoToTheNodesOfTheDatacenterInTurn()
    {
        var counts = new int[2];
        FakeNode Counting(int at) => new() { OnRequest = request => { Interlocked.Increment(ref counts[at]); return request.AnswerAsync(ServerFrames.Void(request.Stream)); } };
        await using var elsewhere = new FakeNode("elsewhere");
        await using var cluster = FakeCluster.Of(Counting(0), Counting(1));
        cluster.Node.Peers = [cluster.Nodes[1], elsewhere];
        await cluster.Session.ExecuteAsync(Read.With());
        for (var tries = 0; Volatile.Read(ref counts[1]) == 0 && tries < 5_000; tries++)
        {
            // Its connection is made in the background.
            await Task.Delay(1);
            await cluster.Session.ExecuteAsync(Read.With());
        }

        Array.Clear(counts);

        for (var i = 0; i < 20; i++)
        {
            await cluster.Session.ExecuteAsync(Read.With());
        }

        counts.ShouldAllBe(count => count >= 8);
        cluster.Session.Nodes.Select(node => node.Address).ShouldBe(cluster.Nodes.Select(node => node.Address), ignoreOrder: true);
        elsewhere.Accepted.ShouldBe(0);
    }

    [Fact]
    public async Task ContactPoint_OfAnotherDatacenter_IsNotAsked()
    {
        var asked = 0;
        await using var cluster = FakeCluster.Of(FakeCluster.Options with { ConnectTimeout = TimeSpan.FromSeconds(3) }, new FakeNode("elsewhere")
        {
            OnRequest = request =>
            {
                asked++;
                return request.AnswerAsync(ServerFrames.Void(request.Stream));
            },
        });

        var refused = await Should.ThrowAsync<CqlNoNodeException>(async () => await cluster.Session.ExecuteAsync(Read.With()));

        refused.Message.ShouldContain("is in data centre elsewhere, not in dc");
        refused.IsAmbiguous.ShouldBeFalse();
        asked.ShouldBe(0);
    }

    [Fact]
    public async Task Constructor_WithNobodyThere_DoesNotWait_AndTheFirstCallSaysWhy()
    {
        var port = FreePort();
        await using var session = new CqlSession(FakeCluster.Options with { ContactPoints = [$"127.0.0.1:{port}"], ConnectTimeout = TimeSpan.FromSeconds(3) }, TimeProvider.System);

        (await Should.ThrowAsync<CqlNoNodeException>(async () => await session.ExecuteAsync(Read.With()))).Message.ShouldContain("refused");
    }

    [Fact]
    public async Task Node_ThatComesLater_IsFound()
    {
        var port = FreePort();
        await using var session = new CqlSession(FakeCluster.Options with { ContactPoints = [$"127.0.0.1:{port}"], ConnectTimeout = TimeSpan.FromSeconds(10) }, TimeProvider.System);
        var asked = session.ExecuteAsync(Read.With()).AsTask();

        await using var node = new FakeNode(port: port);

        (await asked).ShouldBeEmpty();
    }

    [Fact]
    public async Task LostConnections_AreOpenedAgain()
    {
        await using var cluster = FakeCluster.Of(FakeCluster.Options with { ConnectionsPerNode = 2 }, new FakeNode());
        await cluster.Session.ExecuteAsync(Read.With());
        await Eventually.HoldsAsync(() => cluster.Node.Accepted == 2);

        cluster.Node.Reset();

        await Eventually.HoldsAsync(() => cluster.Node.Accepted >= 4);
        await cluster.Session.ExecuteAsync(Read.With());
    }

    [Fact]
    public async Task HungNode_IsFoundOutByItsSilence_AndTheOtherServes()
    {
        await using var cluster = FakeCluster.Of(
            FakeCluster.Options with { ConnectTimeout = TimeSpan.FromSeconds(2), RequestTimeout = TimeSpan.FromSeconds(10) }, new FakeNode(), new FakeNode());
        await cluster.Session.ExecuteAsync(Read.With());
        await Eventually.HoldsAsync(() => cluster.Nodes[1].Accepted == 1);

        cluster.Nodes[1].IsSilent = true;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => cluster.Session.ExecuteAsync(Read.With()).AsTask()));

        // It is tried again, in vain, until it answers.
        await Eventually.HoldsAsync(() => cluster.Nodes[1].Accepted >= 2);
        cluster.Nodes[1].IsSilent = false;
        var asked = 0;
        cluster.Nodes[1].OnRequest = request => { asked++; return request.AnswerAsync(ServerFrames.Void(request.Stream)); };
        await Eventually.HoldsAsync(() =>
        {
            cluster.Session.ExecuteAsync(Read.With()).AsTask().Wait();
            return asked > 0;
        });
    }

    [Fact]
    public async Task Credentials_AreSaid_AndWrongOnesRefused()
    {
        await using var node = new FakeNode { Credentials = ("ledger", "sésame") };
        var options = FakeCluster.Options with { ContactPoints = [node.Address.ToString()], ConnectTimeout = TimeSpan.FromSeconds(3) };
        await using var right = new CqlSession(options with { Credentials = new CqlCredentials("ledger", "sésame") }, TimeProvider.System);
        await using var wrong = new CqlSession(options with { Credentials = new CqlCredentials("ledger", "guess") }, TimeProvider.System);
        await using var none = new CqlSession(options, TimeProvider.System);

        await right.ExecuteAsync(Read.With());
        (await Should.ThrowAsync<CqlNoNodeException>(async () => await wrong.ExecuteAsync(Read.With()))).Message.ShouldContain("incorrect");
        (await Should.ThrowAsync<CqlNoNodeException>(async () => await none.ExecuteAsync(Read.With()))).Message.ShouldContain("none are configured");
    }

    [Fact]
    public async Task Pages_AreFetchedByTheirState()
    {
        await using var cluster = FakeCluster.Of(new FakeNode
        {
            OnRequest = request => request.AnswerAsync(ServerFrames.Rows(request.Stream, [("v", [ServerFrames.Int])], [[ServerFrames.Int32(1)]],
                request.Body.AsSpan().IndexOf("page two"u8) >= 0 ? null : [.. "page two"u8])),
        });

        var first = await cluster.Session.ExecuteAsync(Read.With());
        var second = await cluster.Session.ExecuteAsync(Read.With() with { PagingState = first.PagingState });

        first.PagingState.ToArray().ShouldBe("page two"u8.ToArray());
        second.PagingState.IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData("84 00 00 00 7F 00 00 00 00")] // an unknown kind of frame
    [InlineData("83 00 00 00 02 00 00 00 00")] // another version
    [InlineData("84 00 00 00 08 7F FF FF FF")] // more than is read
    [InlineData("84 00 00 00 08 FF FF FF FF")] // a negative length
    [InlineData("84 00 7F FF 02 00 00 00 00")] // an answer to nothing
    [InlineData("84 01 00 00 08 00 00 00 00")] // compressed
    public async Task Garbage_IsNotTheProtocol_AndEndsTheConnection(string hex)
    {
        var garbage = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        await using var cluster = FakeCluster.Of(new FakeNode { OnRequest = request => request.AnswerAsync(garbage) });

        var broken = await Should.ThrowAsync<CqlProtocolException>(async () =>
            await cluster.Session.ExecuteAsync(new CqlStatement("UPDATE k.t SET v = 'x'", CqlConsistency.LocalQuorum).With()));

        broken.IsAmbiguous.ShouldBeTrue();
        cluster.Node.OnRequest = null;
        await Eventually.HoldsAsync(() => cluster.Node.Accepted == 2);
        await cluster.Session.ExecuteAsync(Read.With());
    }

    [Fact]
    public async Task EndedSession_AnswersThatItIs()
    {
        await using var cluster = FakeCluster.Of(new FakeNode());
        await cluster.Session.ExecuteAsync(Read.With());

        await cluster.Session.DisposeAsync();

        (await Should.ThrowAsync<CqlNoNodeException>(async () => await cluster.Session.ExecuteAsync(Read.With()))).Message.ShouldContain("ended");
    }

    [Fact]
    public void Options_ThatMakeNoSense_AreAllNamed()
    {
        var wrong = Should.Throw<ArgumentException>(() => new CqlSession(
            FakeCluster.Options with { ContactPoints = ["node:x"], LocalDatacenter = "", ConnectionsPerNode = 0, ReconnectMin = TimeSpan.Zero }, TimeProvider.System));

        wrong.Message.ShouldContain("node:x");
        wrong.Message.ShouldContain("no name");
        wrong.Message.ShouldContain(nameof(CqlOptions.ConnectionsPerNode));
        wrong.Message.ShouldContain(nameof(CqlOptions.ReconnectMin));
    }

    [Fact]
    public void Backoff_DoublesItsBound_WithFullJitter()
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), new Random(7));
        TimeSpan[][] rounds = [.. Enumerable.Range(0, 2_000).Select(_ =>
        {
            backoff.Reset();
            return Enumerable.Range(0, 6).Select(_ => backoff.Next()).ToArray();
        })];
        double[] bounds = [100, 200, 400, 800, 1_000, 1_000];

        for (var failure = 0; failure < bounds.Length; failure++)
        {
            var pauses = rounds.Select(round => round[failure].TotalMilliseconds).ToArray();
            pauses.Max().ShouldBeInRange(bounds[failure] * 0.98, bounds[failure]);
            pauses.Min().ShouldBeInRange(0, bounds[failure] * 0.02);
            pauses.Average().ShouldBeInRange(bounds[failure] * 0.47, bounds[failure] * 0.53);
        }
    }

    private static int FreePort() => GlobalGateway.Testing.FreePorts.Next();
}
