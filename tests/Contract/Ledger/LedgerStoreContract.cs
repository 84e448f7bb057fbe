using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.Ledger;

/// <summary>What every ledger keeps, whatever stores it: the logs.</summary>
public abstract partial class LedgerStoreContract
{
    protected const string Here = "us-east";
    protected const string There = "eu-west";

    private static readonly SpendVector One = new(1, 0, 0);

    protected abstract LedgerPlace Place { get; }

    /// <summary>A budget of each test's own, for stores that outlive it.</summary>
    protected AccountKey Account { get; } = new($"b-{Guid.NewGuid():N}", LedgerWorker.Period);

    protected LogKey Log => new(Account, Here, 1);

    protected ILedgerStore Open(string region = Here) => Place.Open(region);

    [Fact]
    public async Task ReadLog_OfNoLog_IsEmpty() =>
        (await Open().ReadLogAsync(Log, 0, LogRead.Serial)).ShouldBeEmpty();

    [Fact]
    public async Task Append_AtTheEnd_IsReadByEveryone()
    {
        var operations = new[]
        {
            LogOperation.Delta(1, new SpendVector(100, -7, long.MaxValue)), LogOperation.Grant(1, One, "edge-1"), LogOperation.Grant(2, One, null),
            LogOperation.Seal(2), LogOperation.Cap(1, One), LogOperation.Close(1, One, One),
            LogOperation.Close(2, One, One, incomplete: true), LogOperation.Adjust(2, One, default), LogOperation.Transfer(There, 3, One),
        };
        var entry = new LogEntry(0, Guid.NewGuid(), operations);

        (await Open().AppendAsync(Log, entry)).ShouldBe(AppendOutcome.Appended);

        foreach (var (region, level) in new[] { (Here, LogRead.Quorum), (Here, LogRead.Serial), (There, LogRead.Quorum) })
        {
            var read = (await Open(region).ReadLogAsync(Log, 0, level)).ShouldHaveSingleItem();
            (read.Index, read.OperationId).ShouldBe((0, entry.OperationId));
            read.Operations.ShouldBe(operations);
        }
    }

    [Fact]
    public async Task Append_WhereAnotherEntryIs_IsLost()
    {
        var store = Open();
        var first = Delta(0);
        await store.AppendAsync(Log, first);

        (await Open().AppendAsync(Log, Delta(0))).ShouldBe(AppendOutcome.Lost);

        (await store.ReadLogAsync(Log, 0, LogRead.Serial)).Select(entry => entry.OperationId).ShouldBe([first.OperationId]);
    }

    [Fact]
    public async Task Append_RepeatedAfterItsAnswerWasLost_IsThereOnce()
    {
        var store = Open();
        var entries = Enumerable.Range(0, 5).Select(Delta).ToArray();
        foreach (var entry in entries)
        {
            await store.AppendAsync(Log, entry);
        }

        (await store.AppendAsync(Log, entries[2])).ShouldBe(AppendOutcome.Appended);
        (await Open().AppendAsync(Log, entries[4])).ShouldBe(AppendOutcome.Appended);

        (await Open().ReadLogAsync(Log, 0, LogRead.Serial)).Select(entry => entry.OperationId).ShouldBe(entries.Select(entry => entry.OperationId));
    }

    [Fact]
    public async Task Append_ByManyTasks_GivesEachIndexToOneOfThem()
    {
        var acknowledged = await Task.WhenAll(Enumerable.Range(0, 6).Select(async i =>
        {
            var mine = new List<LogEntry>();
            await LedgerWorker.AppendAsync(Open(), Log, 10, mine.Add);
            return mine;
        }));

        await TheLogHoldsExactly([.. acknowledged.SelectMany(mine => mine).Select(entry => (entry.Index, entry.OperationId))], Log);
    }

    [Fact]
    public async Task Append_ByThreeProcesses_GivesEachIndexToOneOfThem()
    {
        var workers = Enumerable.Range(0, 3).Select(_ => new WorkerProcess(Place, Here, Account.Budget, 40)).ToArray();
        try
        {
            var acknowledged = await Task.WhenAll(workers.Select(worker => worker.ReadAllAsync()));

            acknowledged.ShouldAllBe(mine => mine.Count == 40);
            await TheLogHoldsExactly([.. acknowledged.SelectMany(mine => mine)], Log);
        }
        finally
        {
            Array.ForEach(workers, worker => worker.Dispose());
        }
    }

    [Fact]
    public async Task ReadLog_FromAnIndex_GivesWhatFollowsWithoutGaps()
    {
        var store = Open();
        for (var i = 0; i < 6; i++)
        {
            await store.AppendAsync(Log, Delta(i));
        }

        for (var from = 0; from <= 7; from++)
        {
            (await store.ReadLogAsync(Log, from, LogRead.Quorum)).Select(entry => entry.Index).ShouldBe(Enumerable.Range(0, 6).Skip(from).Select(i => (long)i));
        }
    }

    [Fact]
    public async Task ReadLog_WithFolds_SaysTheSameFromWhereverItIsRead()
    {
        var store = Open();
        var writer = new RegionLog(Log);
        async Task AppendAsync(params LogOperation[] operations)
        {
            var entry = new LogEntry(writer.NextIndex, Guid.NewGuid(), operations);
            writer.Apply(entry);
            (await store.AppendAsync(Log, entry)).ShouldBe(AppendOutcome.Appended);
        }

        var early = new RegionLog(Log);
        await AppendAsync(LogOperation.Delta(1, One * 100));
        await AppendAsync(LogOperation.Grant(1, One * 10, "edge-1"), LogOperation.Seal(1));
        Catch(early, await Open(There).ReadLogAsync(Log, 0, LogRead.Quorum));
        await AppendAsync(LogOperation.Transfer(There, 1, One * 3));
        await AppendAsync(LogOperation.Fold(writer.ToFold()));
        await AppendAsync(LogOperation.Grant(2, One * 10, null));
        await AppendAsync(LogOperation.Fold(writer.ToFold()));
        await AppendAsync(LogOperation.Close(1, One * 4, One));

        var late = new RegionLog(Log);
        Catch(late, await Open(There).ReadLogAsync(Log, 0, LogRead.Quorum));
        Catch(early, await store.ReadLogAsync(Log, early.NextIndex, LogRead.Quorum));

        late.ToFold().ShouldBeEquivalentTo(writer.ToFold());
        early.ToFold().ShouldBeEquivalentTo(writer.ToFold());
        late.NextIndex.ShouldBe(writer.NextIndex);
    }

    [Fact]
    public async Task Append_OfAWriterThatDoesNotKnowOfAFold_IsLost()
    {
        var (store, stale) = (Open(), Open());
        var log = new RegionLog(Log);
        var entries = new[] { Delta(0), Delta(1) };
        foreach (var entry in entries)
        {
            await store.AppendAsync(Log, entry);
            log.Apply(entry);
        }

        var fold = new LogEntry(2, Guid.NewGuid(), [LogOperation.Fold(log.ToFold())]);
        await store.AppendAsync(Log, fold);

        for (var index = 0; index <= 2; index++)
        {
            (await stale.AppendAsync(Log, Delta(index))).ShouldBe(AppendOutcome.Lost, $"at {index}");
        }

        (await stale.ReadLogAsync(Log, 2, LogRead.Serial)).ShouldHaveSingleItem().OperationId.ShouldBe(fold.OperationId);
    }

    [Fact]
    public async Task Logs_OfOtherPeriodsRegionsAndGenerations_AreApart()
    {
        await Open().AppendAsync(Log, Delta(0));
        await Open(There).AppendAsync(Log with { Region = There }, Delta(0));

        (await Open().AppendAsync(Log with { Generation = 2 }, Delta(0))).ShouldBe(AppendOutcome.Appended);
        (await Open().AppendAsync(Log with { Account = Account with { Period = 1_790_086_400 } }, Delta(0))).ShouldBe(AppendOutcome.Appended);
        (await Open().ReadLogAsync(Log, 0, LogRead.Serial)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task ReadGeneration_OfARegionNeverRebuilt_IsTheFirst() =>
        (await Open().ReadGenerationAsync($"r-{Guid.NewGuid():N}")).ShouldBe(RegionGeneration.First);

    protected static LogEntry Delta(int index) => new(index, Guid.NewGuid(), [LogOperation.Delta(index + 1, One)]);

    private static void Catch(RegionLog log, IReadOnlyList<LogEntry> entries)
    {
        foreach (var entry in entries)
        {
            log.Apply(entry);
        }
    }

    private async Task TheLogHoldsExactly(List<(long Index, Guid Id)> acknowledged, LogKey log)
    {
        var read = await Open().ReadLogAsync(log, 0, LogRead.Serial);
        read.Select(entry => entry.Index).ShouldBe(Enumerable.Range(0, acknowledged.Count).Select(i => (long)i));
        read.Select(entry => (entry.Index, entry.OperationId)).ShouldBe(acknowledged, ignoreOrder: true);
    }
}
