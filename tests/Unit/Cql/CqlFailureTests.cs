using GlobalGateway.Cql;
using GlobalGateway.Testing;
using GlobalGateway.Testing.Cassandra;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Cql;

/// <summary>What is said of a statement that failed, and which are tried again.</summary>
public class CqlFailureTests
{
    private static readonly CqlStatement Read = new("SELECT v FROM k.t", CqlConsistency.LocalQuorum) { IsIdempotent = false };
    private static readonly CqlStatement Write = new("UPDATE k.t SET v = 'x'", CqlConsistency.LocalQuorum);
    private static readonly CqlStatement Repeatable = new("UPDATE k.t USING TIMESTAMP 1 SET v = 'x'", CqlConsistency.LocalQuorum) { IsIdempotent = true };
    private static readonly CqlStatement Conditional = new("INSERT INTO k.t (v) VALUES ('x') IF NOT EXISTS", CqlConsistency.LocalQuorum, CqlSerialConsistency.LocalSerial) { IsIdempotent = true };

    /// <summary>Code, and whether a read, a write, a batch and a conditional write are in doubt after it.</summary>
    public static TheoryData<CqlErrorCode, bool, bool, bool, bool> Codes => new()
    {
        { CqlErrorCode.Server, false, true, true, true },
        { CqlErrorCode.Protocol, false, false, false, false },
        { CqlErrorCode.BadCredentials, false, false, false, false },
        { CqlErrorCode.Unavailable, false, false, true, true },
        { CqlErrorCode.Overloaded, false, false, true, true },
        { CqlErrorCode.Bootstrapping, false, false, false, false },
        { CqlErrorCode.Truncate, false, true, true, true },
        { CqlErrorCode.WriteTimeout, false, true, true, true },
        { CqlErrorCode.ReadTimeout, false, true, true, true },
        { CqlErrorCode.ReadFailure, false, true, true, true },
        { CqlErrorCode.FunctionFailure, false, true, true, true },
        { CqlErrorCode.WriteFailure, false, true, true, true },
        { CqlErrorCode.Syntax, false, false, false, false },
        { CqlErrorCode.Unauthorized, false, false, false, false },
        { CqlErrorCode.Invalid, false, false, false, false },
        { CqlErrorCode.Configuration, false, false, false, false },
        { CqlErrorCode.AlreadyExists, false, false, false, false },
        { CqlErrorCode.Unprepared, false, false, false, false },

        // A later version's CAS_WRITE_UNKNOWN: of a code that nobody knows the worst is assumed.
        { (CqlErrorCode)0x1700, false, true, true, true },
    };

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Error_OfEachCode_SaysWhetherAWriteMayHaveHappened(CqlErrorCode code, bool ofRead, bool ofWrite, bool ofBatch, bool ofConditional)
    {
        var asked = 0;
        await using var cluster = FakeCluster.Of(new FakeNode
        {
            OnRequest = request =>
            {
                Interlocked.Increment(ref asked);
                return request.AnswerAsync(ServerFrames.Error(request.Stream, (int)code, "that is why"));
            },
        });

        (await FailAsync(() => cluster.Session.ExecuteAsync(Read.With()).AsTask(), code)).ShouldBe(ofRead);
        (await FailAsync(() => cluster.Session.ExecuteAsync(Write.With()).AsTask(), code)).ShouldBe(ofWrite);
        (await FailAsync(() => cluster.Session.ExecuteBatchAsync(new CqlBatch([Write.With()], CqlConsistency.LocalQuorum)).AsTask(), code)).ShouldBe(ofBatch);
        (await FailAsync(() => cluster.Session.ExecuteAsync(Conditional.With()).AsTask(), code)).ShouldBe(ofConditional);
        asked.ShouldBe(code is CqlErrorCode.Unprepared ? 8 : 4);
    }

    [Fact]
    public void EveryCode_IsInTheTable() => Enum.GetValues<CqlErrorCode>().ShouldBeSubsetOf(Codes.Select(row => row.Data.Item1));

    [Fact]
    public async Task Write_WhoseConnectionEndsAfterItWasSent_IsInDoubtAndNotSentAgain()
    {
        var sent = 0;
        await using var cluster = FakeCluster.Of(ThatResets(() => Interlocked.Increment(ref sent)), ThatResets(() => Interlocked.Increment(ref sent)));

        (await Should.ThrowAsync<CqlNoAnswerException>(async () => await cluster.Session.ExecuteAsync(Write.With()))).IsAmbiguous.ShouldBeTrue();
        sent.ShouldBe(1);
    }

    [Fact]
    public async Task ConditionalWrite_EvenCalledIdempotent_IsNotSentAgain()
    {
        var sent = 0;
        await using var cluster = FakeCluster.Of(ThatResets(() => Interlocked.Increment(ref sent)), ThatResets(() => Interlocked.Increment(ref sent)));

        (await Should.ThrowAsync<CqlNoAnswerException>(async () => await cluster.Session.ExecuteAsync(Conditional.With()))).IsAmbiguous.ShouldBeTrue();
        sent.ShouldBe(1);
    }

    [Fact]
    public async Task IdempotentWrite_WhoseConnectionEnds_IsSentAgainOnAFreshOne()
    {
        var sent = 0;
        await using var cluster = FakeCluster.Of(new FakeNode());
        cluster.Node.OnRequest = request =>
        {
            if (Interlocked.Increment(ref sent) > 1)
            {
                return request.AnswerAsync(ServerFrames.Void(request.Stream));
            }

            request.Reset();
            return ValueTask.CompletedTask;
        };

        await cluster.Session.ExecuteAsync(Repeatable.With());

        sent.ShouldBe(2);
        cluster.Node.Accepted.ShouldBe(2);
    }

    [Fact]
    public async Task IdempotentWrite_IsSentAgainOnce()
    {
        var sent = 0;
        await using var cluster = FakeCluster.Of(ThatResets(() => Interlocked.Increment(ref sent)), ThatResets(() => Interlocked.Increment(ref sent)));

        await Should.ThrowAsync<CqlNoAnswerException>(async () => await cluster.Session.ExecuteAsync(Repeatable.With()));
        sent.ShouldBe(2);
    }

    [Theory]
    [InlineData(CqlErrorCode.Overloaded, 2)]
    [InlineData(CqlErrorCode.WriteTimeout, 2)]
    [InlineData(CqlErrorCode.Unavailable, 2)]
    [InlineData(CqlErrorCode.Invalid, 1)]
    [InlineData(CqlErrorCode.Syntax, 1)]
    public async Task IdempotentWrite_AfterAnErrorOfTheMoment_IsSentToTheOtherNode(CqlErrorCode code, int times)
    {
        var asked = new System.Collections.Concurrent.ConcurrentQueue<int>();
        FakeNode Failing(int at) => new()
        {
            OnRequest = request =>
            {
                asked.Enqueue(at);
                return request.AnswerAsync(ServerFrames.Error(request.Stream, (int)code));
            },
        };
        await using var cluster = FakeCluster.Of(Failing(0), Failing(1));
        await Eventually.HoldsAsync(() => cluster.Nodes.All(node => node.Accepted == 1));

        (await Should.ThrowAsync<CqlServerException>(async () => await cluster.Session.ExecuteAsync(Repeatable.With()))).Code.ShouldBe(code);

        asked.Count.ShouldBe(times);
        asked.Distinct().Count().ShouldBe(times);
    }

    [Fact]
    public async Task UnpreparedStatement_IsPreparedAgainOnce()
    {
        var executed = 0;
        await using var cluster = FakeCluster.Of(new FakeNode());
        cluster.Node.OnRequest = request => request.AnswerAsync(
            Interlocked.Increment(ref executed) == 2 ? ServerFrames.Error(request.Stream, (int)CqlErrorCode.Unprepared) : ServerFrames.Void(request.Stream));

        await cluster.Session.ExecuteAsync(Conditional.With());
        await cluster.Session.ExecuteAsync(Conditional.With());

        executed.ShouldBe(3);
        cluster.Node.Prepared.ShouldBe([Conditional.Text, Conditional.Text]);
    }

    [Fact]
    public async Task Statement_WithoutAnswer_IsInDoubtAfterItsTime()
    {
        await using var cluster = FakeCluster.Of(new FakeNode { OnRequest = _ => ValueTask.CompletedTask });
        var impatient = new CqlStatement(Write.Text, CqlConsistency.LocalQuorum) { Timeout = TimeSpan.FromSeconds(2) };

        (await Should.ThrowAsync<CqlNoAnswerException>(async () => await cluster.Session.ExecuteAsync(impatient.With()))).IsAmbiguous.ShouldBeTrue();
    }

    [Fact]
    public async Task Batch_ThatTheProtocolCannotSay_IsRefused()
    {
        await using var cluster = FakeCluster.Of(new FakeNode());

        await Should.ThrowAsync<ArgumentException>(async () => await cluster.Session.ExecuteBatchAsync(new CqlBatch([], CqlConsistency.LocalQuorum)));
        await Should.ThrowAsync<ArgumentException>(async () => await cluster.Session.ExecuteBatchAsync(new CqlBatch([Conditional.With()], CqlConsistency.LocalQuorum)));
        await Should.ThrowAsync<ArgumentException>(async () =>
            await cluster.Session.ExecuteBatchAsync(new CqlBatch([Write.With() with { DefaultTimestamp = 1 }, Write.With()], CqlConsistency.LocalQuorum)));
    }

    private static FakeNode ThatResets(Action sent) => new()
    {
        OnRequest = request =>
        {
            sent();
            request.Reset();
            return ValueTask.CompletedTask;
        },
    };

    private static async Task<bool> FailAsync(Func<Task> ask, CqlErrorCode code)
    {
        var error = await Should.ThrowAsync<CqlServerException>(ask);
        error.Code.ShouldBe(code);
        error.Message.ShouldContain("that is why");
        return error.IsAmbiguous;
    }
}
