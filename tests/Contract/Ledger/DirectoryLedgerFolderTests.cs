using GlobalGateway.Replication.Embedded;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.Ledger;

/// <summary>What a directory ledger makes of its folder.</summary>
public sealed class DirectoryLedgerFolderTests : IDisposable
{
    private static readonly LogKey Log = new(new AccountKey("acme", 0), "us-east", 1);

    private readonly TemporaryLedger _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"kind":"globalgateway-ledger","store":"cassandra","format":1}""", "chosen at install and stored with the data")]
    [InlineData("""{"kind":"something","store":"directory","format":1}""", "chosen at install and stored with the data")]
    [InlineData("""{"kind":"globalgateway-ledger","store":"directory","format":2}""", "format 2")]
    [InlineData("not JSON", "is not a ledger's")]
    public void Open_OfAnotherStoresFolder_IsRefusedWithTheReason(string mark, string reason)
    {
        Directory.CreateDirectory(_folder.Root);
        File.WriteAllText(Path.Combine(_folder.Root, "ledger.json"), mark);

        Should.Throw<LedgerFolderException>(() => new LedgerFolder(_folder.Root).Open()).Message.ShouldContain(reason);
    }

    [Fact]
    public void Open_OfAFolderWithOtherThings_IsRefused()
    {
        Directory.CreateDirectory(_folder.Root);
        File.WriteAllText(Path.Combine(_folder.Root, "letter.txt"), "dear");

        Should.Throw<LedgerFolderException>(() => new LedgerFolder(_folder.Root).Open()).Message.ShouldContain("a folder of its own");
    }

    [Fact]
    public async Task Open_ByManyAtOnce_BeginsOneLedger()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => Open().AppendAsync(Log, Entry(0)).AsTask())));

        outcomes.Count(outcome => outcome == AppendOutcome.Appended).ShouldBe(1);
        outcomes.Count(outcome => outcome == AppendOutcome.Lost).ShouldBe(7);
        Directory.EnumerateFiles(_folder.Root).Select(Path.GetFileName).ShouldBe(["ledger.json"]);
    }

    [Fact]
    public async Task Files_AreReadableByTheirOwnerOnly()
    {
        await WriteOneOfEachAsync(Open());

        foreach (var path in Directory.EnumerateFileSystemEntries(_folder.Root, "*", SearchOption.AllDirectories).Prepend(_folder.Root))
        {
            var others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
            (new FileInfo(path).UnixFileMode & others).ShouldBe(UnixFileMode.None, path);
        }
    }

    [Theory]
    [InlineData("../../escape")]
    [InlineData("a/b\0c")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("ÜBER Straße")]
    public async Task Ids_OfAnyLetters_StayWithinTheFolder(string budget)
    {
        var outside = Directory.EnumerateFileSystemEntries(Path.GetTempPath()).Count(path => path.Contains("escape", StringComparison.Ordinal));
        var log = Log with { Account = new AccountKey(budget, 0) };

        await Open().AppendAsync(log, Entry(0));

        (await Open().ReadLogAsync(log, 0, LogRead.Serial)).Count.ShouldBe(1);
        (await Open().ReadLogAsync(Log, 0, LogRead.Serial)).ShouldBeEmpty();
        Directory.EnumerateFiles(_folder.Root, "us-east.1.log", SearchOption.AllDirectories).Count().ShouldBe(1);
        Directory.EnumerateFileSystemEntries(Path.GetTempPath()).Count(path => path.Contains("escape", StringComparison.Ordinal)).ShouldBe(outside);
    }

    [Fact]
    public async Task Folder_ThatWentAway_IsUnavailableAndNotEmpty()
    {
        var store = Open();
        await store.AppendAsync(Log, Entry(0));
        var away = _folder.Root + "-away";
        Directory.Move(_folder.Root, away);
        Directory.CreateDirectory(_folder.Root);
        try
        {
            (await Should.ThrowAsync<LedgerUnavailableException>(async () => await store.ReadLogAsync(Log, 0, LogRead.Quorum))).Message.ShouldContain("mounted");
            await Should.ThrowAsync<LedgerUnavailableException>(async () => await store.AppendAsync(Log, Entry(1)));
        }
        finally
        {
            Directory.Delete(_folder.Root);
            Directory.Move(away, _folder.Root);
        }

        (await store.AppendAsync(Log, Entry(1))).ShouldBe(AppendOutcome.Appended);
    }

    [Fact]
    public async Task Lock_HeldByAnotherProcessForTooLong_IsUnavailable()
    {
        var store = Open();
        await store.AppendAsync(Log, Entry(0));
        var held = Directory.EnumerateFiles(Path.Combine(_folder.Root, "locks")).Select(path => new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None)).ToArray();

        var error = await Should.ThrowAsync<LedgerUnavailableException>(async () => await store.AppendAsync(Log, Entry(1)));

        error.Message.ShouldContain("us-east.1.log");
        error.Message.ShouldContain("lock");
        (await store.ReadLogAsync(Log, 0, LogRead.Quorum)).Count.ShouldBe(1);
        Array.ForEach(held, file => file.Dispose());
        (await store.AppendAsync(Log, Entry(1))).ShouldBe(AppendOutcome.Appended);
    }

    [Fact]
    public async Task Disk_ReadOnlyOrFull_IsUnavailableUntilItIsNot()
    {
        using var disk = SmallDisk.TryMount(_folder.Root);
        Assert.SkipWhen(disk is null, "a disk of its own can only be mounted by root");
        var store = Open();
        var usage = new DirectoryUsage(new LedgerFolder(_folder.Root));
        await WriteOneOfEachAsync(store);

        disk.MakeReadOnly(true);
        await ShouldBeUnavailableAsync(store, usage, "Read-only file system");
        (await store.ReadLogAsync(Log, 0, LogRead.Quorum)).Count.ShouldBe(1);
        disk.MakeReadOnly(false);

        disk.Fill();
        await ShouldBeUnavailableAsync(store, usage, "No space left on device");
        (await store.ReadLogAsync(Log, 0, LogRead.Quorum)).Count.ShouldBe(1);
        disk.Empty();

        (await store.AppendAsync(Log, Entry(1))).ShouldBe(AppendOutcome.Appended);
        await store.WriteRowAsync(Log, UsedRow.Registered("edge-2", 1));
        (await Open().ReadRowsAsync(Log, 1)).Count.ShouldBe(2);
        (await Open().ReadLogAsync(Log, 0, LogRead.Serial)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Rows_RewrittenBesideReaders_NeverGoBack()
    {
        var writer = Open();
        await writer.WriteRowAsync(Log, UsedRow.Registered("edge-1", 1));
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(async () =>
        {
            var (store, last) = (Open(), 0L);
            while (!stop.IsCancellationRequested)
            {
                var used = (await store.ReadRowsAsync(Log, 1)).ShouldHaveSingleItem().Used.Requests;
                used.ShouldBeGreaterThanOrEqualTo(last);
                last = used;
            }
        });

        for (var used = 1; used <= 1_000; used++)
        {
            await writer.WriteRowAsync(Log, UsedRow.Registered("edge-1", 1) with { Used = new SpendVector(used, 0, 0) });
        }

        await stop.CancelAsync();
        await reader;
        var file = Directory.EnumerateFiles(_folder.Root, "1.rows*", SearchOption.AllDirectories).ShouldHaveSingleItem();
        new FileInfo(file).Length.ShouldBeLessThan(100 * EmbeddedLimits.CompactFrom);
    }

    [Fact]
    public async Task Hints_OfALongTime_AreBoundedAndPositionsGoOn()
    {
        var store = Open();
        var slow = (await store.ReadSealsAsync(-1)).Next;
        var (fast, read) = (slow, 0);
        const int Published = 6_000;
        var log = Log with { Account = new AccountKey(new string('b', 100), 0) };
        for (var i = 1; i <= Published; i++)
        {
            await store.PublishSealAsync(new SealHint(log, i));
            if (i % 500 == 0)
            {
                var page = await store.ReadSealsAsync(fast);
                (fast, read) = (page.Next, read + page.Hints.Count);
            }
        }

        read.ShouldBe(Published);
        new DirectoryInfo(Path.Combine(_folder.Root, "feeds")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length)
            .ShouldBeLessThan(2 * EmbeddedLimits.FeedSegmentBytes + 4096);
        var oldest = await store.ReadSealsAsync(slow);
        oldest.Hints.Count.ShouldBe(EmbeddedLimits.FeedPageMax);
        oldest.Hints[0].Sealed.ShouldBeGreaterThan(1);
        (await store.ReadSealsAsync(oldest.Next)).Hints[0].Sealed.ShouldBe(oldest.Hints[^1].Sealed + 1);
    }

    [Fact]
    public async Task OpenGeneration_Repeated_OpensOne()
    {
        var first = DateTimeOffset.UnixEpoch.AddDays(20_000);
        var second = new RegionGeneration(2, first);

        (await Open().OpenGenerationAsync(1, first)).ShouldBe(second);
        (await Open().OpenGenerationAsync(1, first.AddHours(1))).ShouldBe(second);

        (await Open().ReadGenerationAsync("us-east")).ShouldBe(second);
        (await Open().ReadGenerationAsync("eu-west")).ShouldBe(RegionGeneration.First);
        await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await Open().OpenGenerationAsync(7, first));
    }

    [Fact]
    public async Task AgentLock_IsHeldByOneOfARegionUntilItEnds()
    {
        using var east = new DirectoryAgentLock(new LedgerFolder(_folder.Root), "us-east");
        using var second = new DirectoryAgentLock(new LedgerFolder(_folder.Root), "us-east");
        using var west = new DirectoryAgentLock(new LedgerFolder(_folder.Root), "eu-west");

        (await east.HoldAsync()).ShouldBeTrue();
        (await second.HoldAsync()).ShouldBeFalse();
        (await east.HoldAsync()).ShouldBeTrue();
        (await west.HoldAsync()).ShouldBeTrue();

        east.Dispose();
        (await second.HoldAsync()).ShouldBeTrue();
        (await east.HoldAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task Append_ToAnotherRegionsLog_IsABug() =>
        await Should.ThrowAsync<ArgumentException>(async () => await Open().AppendAsync(Log with { Region = "eu-west" }, Entry(0)));

    private DirectoryLedger Open() => new(new LedgerFolder(_folder.Root), "us-east");

    private static LogEntry Entry(int index) => new(index, Guid.NewGuid(), [LogOperation.Delta(index + 1, new SpendVector(1, 2, 3))]);

    private static UsageEvent Event(int sequence) => new(
        "edge-1", sequence, DateTimeOffset.UnixEpoch, "us-east", new UsageLabels("r", "acme", null, null, "fast", "openai"), 1, 0, 1, default, false);

    private async Task WriteOneOfEachAsync(DirectoryLedger store)
    {
        await store.AppendAsync(Log, Entry(0));
        await store.WriteRowAsync(Log, UsedRow.Registered("edge-1", 1));
        await store.WriteDemandAsync(new TransferDemand(Log.Account, "eu-west", "us-east", 1, new SpendVector(1, 0, 0)));
        await store.PublishSealAsync(new SealHint(Log, 1));
        await store.InsertAllocationAsync(Allocation(1));
        await new DirectoryUsage(new LedgerFolder(_folder.Root)).AppendAsync([Event(0)]);
    }

    private static async Task ShouldBeUnavailableAsync(DirectoryLedger store, DirectoryUsage usage, string why)
    {
        // More than fits into what a full disk has left in each file's last block.
        var name = new string('x', 8192);
        Func<Task>[] changes =
        [
            async () => await store.AppendAsync(Log, Entry(1) with { Operations = [LogOperation.Transfer(name, 1, default)] }),
            async () => await store.WriteRowAsync(Log, UsedRow.Registered(name, 1)),
            async () => await store.InsertAllocationAsync(Allocation(2) with { Home = name }),
            async () => await usage.AppendAsync([Event(1) with { Incarnation = name }]),
        ];
        foreach (var change in changes)
        {
            var error = await Should.ThrowAsync<LedgerUnavailableException>(change);
            error.Message.ShouldContain(why);
            error.Message.ShouldContain("/");
        }
    }

    private static AllocationRow Allocation(int sequence) => new("acme", sequence, 0, 1, BudgetUnits.Requests, default, []);
}
