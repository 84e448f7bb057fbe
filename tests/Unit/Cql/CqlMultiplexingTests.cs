using System.Collections.Concurrent;
using GlobalGateway.Cql;
using GlobalGateway.Testing;
using GlobalGateway.Testing.Cassandra;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Cql;

/// <summary>Many requests on one connection.</summary>
public class CqlMultiplexingTests
{
    private static readonly CqlStatement Read = new("SELECT v FROM k.t WHERE p = ?", CqlConsistency.LocalQuorum) { IsIdempotent = false };

    [Fact]
    public async Task Answers_InAnyOrder_ReachWhoAsked()
    {
        const int count = 50;
        var asked = new ConcurrentBag<FakeRequest>();
        await using var cluster = FakeCluster.Of(new FakeNode
        {
            OnRequest = async request =>
            {
                asked.Add(request);
                if (asked.Count == count)
                {
                    foreach (var each in asked.OrderBy(_ => Random.Shared.Next()))
                    {
                        await each.AnswerAsync(ServerFrames.Text(each.Stream, ValueOf(each)));
                    }
                }
            },
        });

        var answers = await Task.WhenAll(Enumerable.Range(0, count).Select(async i => (await cluster.Session.ExecuteAsync(Read.With($"{i}")))[0].Text("v")));

        answers.ShouldBe(Enumerable.Range(0, count).Select(i => $"{i}"));
        cluster.Node.Accepted.ShouldBe(1);
        cluster.Node.Prepared.Count.ShouldBe(1);
    }

    [Fact]
    public async Task LateAnswer_ReachesNobody_AndItsStreamIsKeptUntilThen()
    {
        var first = new TaskCompletionSource<FakeRequest>();
        var streams = new ConcurrentBag<short>();
        await using var cluster = FakeCluster.Of(new FakeNode
        {
            OnRequest = async request =>
            {
                if (ValueOf(request) == "slow")
                {
                    first.SetResult(request);
                    return;
                }

                streams.Add(request.Stream);
                await request.AnswerAsync(ServerFrames.Text(request.Stream, ValueOf(request)));
            },
        });
        var impatient = new CqlStatement(Read.Text, CqlConsistency.LocalQuorum) { IsIdempotent = false, Timeout = TimeSpan.FromMilliseconds(200) };
        (await cluster.Session.ExecuteAsync(Read.With("warm")))[0].Text("v").ShouldBe("warm");

        await Should.ThrowAsync<CqlNoAnswerException>(async () => await cluster.Session.ExecuteAsync(impatient.With("slow")));
        var slow = await first.Task;
        streams.Clear();
        for (var i = 0; i < 20; i++)
        {
            (await cluster.Session.ExecuteAsync(Read.With($"{i}")))[0].Text("v").ShouldBe($"{i}");
        }

        streams.ShouldNotContain(slow.Stream);
        await slow.AnswerAsync(ServerFrames.Text(slow.Stream, "late"));

        // Its answers come behind the late one, which has been read then.
        (await cluster.Session.ExecuteAsync(Read.With("x")))[0].Text("v").ShouldBe("x");

        // All at once: every stream that is free is taken.
        var together = new ConcurrentBag<FakeRequest>();
        cluster.Node.OnRequest = async request =>
        {
            together.Add(request);
            if (together.Count == 20)
            {
                foreach (var each in together)
                {
                    await each.AnswerAsync(ServerFrames.Text(each.Stream, ValueOf(each)));
                }
            }
        };
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i => (await cluster.Session.ExecuteAsync(Read.With($"{i}")))[0].Text("v").ShouldBe($"{i}")));
        together.ShouldContain(request => request.Stream == slow.Stream);
        cluster.Node.Accepted.ShouldBe(1);
    }

    [Fact]
    public async Task Connection_ThatOwesTooManyAnswers_IsReplaced()
    {
        await using var cluster = FakeCluster.Of(FakeCluster.Options with { RequestsPerConnectionMax = 8 }, new FakeNode());
        var impatient = new CqlStatement(Read.Text, CqlConsistency.LocalQuorum) { IsIdempotent = false, Timeout = TimeSpan.FromMilliseconds(40) };
        await cluster.Session.ExecuteAsync(Read.With("warm"));
        cluster.Node.OnRequest = _ => ValueTask.CompletedTask;

        for (var i = 0; i < 200 && cluster.Node.Accepted == 1; i++)
        {
            await Should.ThrowAsync<CqlException>(async () => await cluster.Session.ExecuteAsync(impatient.With($"{i}")));
        }

        await Eventually.HoldsAsync(() => cluster.Node.Accepted > 1);
        cluster.Node.OnRequest = request => request.AnswerAsync(ServerFrames.Text(request.Stream, "back"));
        (await cluster.Session.ExecuteAsync(Read.With("x")))[0].Text("v").ShouldBe("back");
    }

    [Fact]
    public async Task Requests_OverTheBound_WaitAndAreThenToldThatNothingWasSent()
    {
        var sent = 0;
        await using var cluster = FakeCluster.Of(FakeCluster.Options with { RequestsPerConnectionMax = 2 }, new FakeNode());
        var statement = new CqlStatement(Read.Text, CqlConsistency.LocalQuorum) { IsIdempotent = false, Timeout = TimeSpan.FromMilliseconds(700) };
        cluster.Node.OnRequest = request => request.AnswerAsync(ServerFrames.Text(request.Stream, "warm"));
        await cluster.Session.ExecuteAsync(Read.With("warm"));
        cluster.Node.OnRequest = _ =>
        {
            Interlocked.Increment(ref sent);
            return ValueTask.CompletedTask;
        };

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 12).Select(async i => await Record.ExceptionAsync(async () => await cluster.Session.ExecuteAsync(statement.With($"{i}")))));

        // Two are sent; two wait, of which those whose time ends at the same moment as the first ones' may be sent yet.
        outcomes.ShouldAllBe(error => error is CqlBusyException || error is CqlNoAnswerException);
        outcomes.OfType<CqlBusyException>().Count().ShouldBeGreaterThanOrEqualTo(8);
        outcomes.OfType<CqlBusyException>().ShouldAllBe(error => !error.IsAmbiguous);
        await Eventually.HoldsAsync(() => sent == 12 - outcomes.OfType<CqlBusyException>().Count());
    }

    [Fact]
    public async Task CancelledRequest_EndsAtOnce_AndTheConnectionStays()
    {
        await using var cluster = FakeCluster.Of(new FakeNode { OnRequest = _ => ValueTask.CompletedTask });
        using var cancel = new CancellationTokenSource();

        var asked = cluster.Session.ExecuteAsync(Read.With("x"), cancel.Token).AsTask();
        await Eventually.HoldsAsync(() => cluster.Node.Prepared.Count == 1);
        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(asked);
        cluster.Node.OnRequest = request => request.AnswerAsync(ServerFrames.Text(request.Stream, "still here"));
        (await cluster.Session.ExecuteAsync(Read.With("y")))[0].Text("v").ShouldBe("still here");
        cluster.Node.Accepted.ShouldBe(1);
    }

    /// <summary>The first value, of EXECUTE with one text.</summary>
    private static string ValueOf(FakeRequest request)
    {
        var at = 2 + 16 + 2 + 1 + 2;
        return System.Text.Encoding.UTF8.GetString(request.Body, at + 4, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(request.Body.AsSpan(at)));
    }
}
