using GlobalGateway.Replication.Ledger;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Replication.Ledger;

public class RegionLogTests
{
    private static readonly LogKey Key = new(new AccountKey("acme", 0), "eu", 1);

    [Fact]
    public void Available_Grant_IsChargedInFull() => Left(Log(Delta(100), Grant(1, 30))).ShouldBe(70);

    [Fact]
    public void Available_UsedBeyondTheGrant_ChargesWhatWasUsed() => Left(Log(Delta(100), Grant(1, 30)), used: 35).ShouldBe(65);

    [Fact]
    public void Available_CappedEpoch_ChargesTheCapOrMore()
    {
        var log = Log(Delta(100), Grant(1, 30), LogOperation.Seal(1), LogOperation.Cap(1, N(10)));

        Left(log, used: 4).ShouldBe(90);
        Left(log, used: 12).ShouldBe(88);
    }

    [Fact]
    public void Available_ClosedEpoch_ChargesWhatWasUsed() =>
        Left(Log(Delta(100), Grant(1, 30), LogOperation.Seal(1), LogOperation.Close(1, N(7), default)), used: 99).ShouldBe(93);

    [Fact]
    public void Available_Transfers_MoveRights()
    {
        var log = Log(Delta(100), LogOperation.Transfer("us", 1, N(30)), LogOperation.Transfer("us", 1, N(5)));

        Left(log).ShouldBe(65);
        log.TransferredTo("us", 1).ShouldBe(N(35));
        log.TransferredTo("us", 2).ShouldBe(default);
        log.Available(N(10), _ => default).ShouldBe(N(75));
    }

    [Fact]
    public void Available_FallOfTheShare_MayBeNegative() => Left(Log(Delta(100), Grant(1, 90), LogOperation.Delta(2, N(-40)))).ShouldBe(-30);

    public static TheoryData<string, string, LogOperation> Refused => new()
    {
        { "an epoch twice", "does not follow 1", Grant(1, 5) },
        { "an epoch left out", "does not follow 1", Grant(3, 5) },
        { "nothing granted", "no rights", Grant(2, 0) },
        { "a seal twice", "sealed already", LogOperation.Seal(1) },
        { "a seal ahead", "before it is granted", LogOperation.Seal(2) },
        { "an allocation twice", "not after 1", LogOperation.Delta(1, N(5)) },
        { "a cap of an unsealed epoch", "not sealed", LogOperation.Cap(2, N(1)) },
        { "a close of an unknown epoch", "not open", LogOperation.Close(0, N(1), default) },
        { "an adjustment of an open epoch", "not closed", LogOperation.Adjust(1, N(1), default) },
        { "a negative cap", "negative", LogOperation.Cap(1, N(-1)) },
        { "a gift to itself", "to itself", LogOperation.Transfer("eu", 1, N(1)) },
        { "an empty gift", "gives nothing", LogOperation.Transfer("us", 1, default) },
        { "a kind of the future", "not known", new LogOperation { Kind = (LogOperationKind)99 } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Check_WhatTheProtocolNeverWrites_SaysWhy(string what, string why, LogOperation operation)
    {
        var log = Log(Delta(100), Grant(1, 30), LogOperation.Seal(1));

        log.Check(operation).ShouldNotBeNull(what).ShouldContain(why);
        Should.Throw<LedgerCorruptException>(() => log.Apply(new LogEntry(log.NextIndex, Guid.NewGuid(), [operation]))).Message.ShouldContain("acme");
    }

    [Fact]
    public void Apply_Gap_IsCorrupt() => Should.Throw<LedgerCorruptException>(() => new RegionLog(Key).Apply(new LogEntry(1, Guid.NewGuid(), [Delta(1)])));

    [Fact]
    public void Fold_ReadFromThere_IsTheSameState()
    {
        var log = Log(
            Delta(100), Grant(1, 30), Grant(2, 20), LogOperation.Seal(2), LogOperation.Close(1, N(7), N(2)),
            LogOperation.Close(2, N(20), N(5), incomplete: true), Grant(3, 10), LogOperation.Transfer("us", 1, N(4)));
        var folded = new RegionLog(Key);

        folded.Apply(new LogEntry(8, Guid.NewGuid(), [LogOperation.Fold(log.ToFold())]));

        folded.ToFold().ShouldBeEquivalentTo(log.ToFold());
        folded.NextIndex.ShouldBe(9);
        folded.ClosedEstimated.ShouldBe(N(7));
        Left(folded).ShouldBe(Left(log));
        folded.Apply(new LogEntry(9, Guid.NewGuid(), [LogOperation.Adjust(2, N(22), N(1))]));
        folded.ClosedEstimated.ShouldBe(N(3));
    }

    private static LogOperation Delta(long amount) => LogOperation.Delta(1, N(amount));

    private static LogOperation Grant(int epoch, long amount) => LogOperation.Grant(epoch, N(amount), null);

    private static SpendVector N(long amount) => new(amount, 0, 0);

    private static long Left(RegionLog log, long used = 0) => log.Available(default, _ => N(used)).Requests;

    private static RegionLog Log(params LogOperation[] operations)
    {
        var log = new RegionLog(Key);
        foreach (var operation in operations)
        {
            log.Apply(new LogEntry(log.NextIndex, Guid.NewGuid(), [operation]));
        }

        return log;
    }
}
