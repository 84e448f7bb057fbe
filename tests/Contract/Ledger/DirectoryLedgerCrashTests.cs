using GlobalGateway.Replication.Embedded;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.Ledger;

/// <summary>A directory ledger whose writers are killed anywhere.</summary>
public sealed class DirectoryLedgerCrashTests : IDisposable
{
    private static readonly LogKey Log = new(new AccountKey("acme", LedgerWorker.Period), "us-east", 1);

    private readonly TemporaryLedger _folder = new();

    private string LogFile => Path.Combine(_folder.Root, "accounts", "acme", $"{LedgerWorker.Period}", "us-east.1.log");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Log_TornAtEveryByte_KeepsTheEntriesBeforeAndTakesTheNext()
    {
        var ends = new List<long> { 0 };
        for (var i = 0; i < 3; i++)
        {
            await Open().AppendAsync(Log, Entry(i));
            ends.Add(new FileInfo(LogFile).Length);
        }

        var whole = await File.ReadAllBytesAsync(LogFile);
        for (var length = 0; length < whole.Length; length++)
        {
            await File.WriteAllBytesAsync(LogFile, whole[..length]);
            var store = Open();
            var kept = ends.FindLastIndex(end => end <= length);

            (await store.ReadLogAsync(Log, 0, LogRead.Quorum)).Count.ShouldBe(kept, $"cut at {length}");
            (await store.AppendAsync(Log, Entry(kept))).ShouldBe(AppendOutcome.Appended, $"cut at {length}");
            (await Open().ReadLogAsync(Log, 0, LogRead.Serial)).Count.ShouldBe(kept + 1, $"cut at {length}");
        }
    }

    [Fact]
    public async Task Log_WithZeroesAtItsEnd_TakesTheNext()
    {
        await Open().AppendAsync(Log, Entry(0));
        await using (var file = new FileStream(LogFile, FileMode.Append))
        {
            file.Write(new byte[4096]);
        }

        (await Open().AppendAsync(Log, Entry(1))).ShouldBe(AppendOutcome.Appended);
        (await Open().ReadLogAsync(Log, 0, LogRead.Serial)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Log_DamagedBeforeItsEnd_TakesNothingMore()
    {
        for (var i = 0; i < 3; i++)
        {
            await Open().AppendAsync(Log, Entry(i));
        }

        var bytes = await File.ReadAllBytesAsync(LogFile);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(LogFile, bytes);

        var error = await Should.ThrowAsync<LedgerCorruptException>(async () => await Open().AppendAsync(Log, Entry(1)));

        error.Message.ShouldContain(LogFile);
        (await File.ReadAllBytesAsync(LogFile)).ShouldBe(bytes);
    }

    [Fact]
    public async Task Append_BehindEntriesThatTheLogLost_IsRefused()
    {
        await Open().AppendAsync(Log, Entry(0));

        await Should.ThrowAsync<LedgerCorruptException>(async () => await Open().AppendAsync(Log, Entry(2)));
    }

    [Fact]
    public async Task Rows_TornAtEveryByte_KeepTheRecordsBefore()
    {
        await Open().WriteRowAsync(Log, UsedRow.Registered("edge-1", 1));
        var path = Directory.EnumerateFiles(_folder.Root, "1.rows", SearchOption.AllDirectories).Single();
        var first = new FileInfo(path).Length;
        await Open().WriteRowAsync(Log, UsedRow.Registered("edge-2", 1));
        var whole = await File.ReadAllBytesAsync(path);
        for (var length = (int)first; length < whole.Length; length++)
        {
            await File.WriteAllBytesAsync(path, whole[..length]);

            (await Open().ReadRowsAsync(Log, 1)).Select(row => row.Incarnation).ShouldBe(["edge-1"]);
            await Open().WriteRowAsync(Log, UsedRow.Registered("edge-3", 1));
            (await Open().ReadRowsAsync(Log, 1)).Select(row => row.Incarnation).ShouldBe(["edge-1", "edge-3"], ignoreOrder: true);
        }
    }

    [Fact]
    public async Task Writers_KilledOverAndOver_LoseNothingAcknowledged()
    {
        var place = new LedgerPlace("directory", _folder.Root);
        var acknowledged = new List<(long Index, Guid Id)>();
        var random = new Random(20_261_121);
        for (var round = 0; round < 12; round++)
        {
            using var one = new WorkerProcess(place, Log.Region, Log.Account.Budget, int.MaxValue);
            using var two = new WorkerProcess(place, Log.Region, Log.Account.Budget, int.MaxValue);
            var other = two.ReadAllAsync();
            for (var read = random.Next(1, 40); read > 0 && await one.ReadAsync() is { } entry; read--)
            {
                acknowledged.Add(entry);
            }

            one.Kill();
            acknowledged.AddRange(await one.ReadAllAsync());

            // The lock of the killed one is free at once: the other goes on.
            two.Kill();
            acknowledged.AddRange(await other);
        }

        var log = new RegionLog(Log);
        var read1 = await Open().ReadLogAsync(Log, 0, LogRead.Serial);
        foreach (var entry in read1)
        {
            log.Apply(entry);
        }

        acknowledged.Count.ShouldBeGreaterThan(12);
        acknowledged.Select(entry => entry.Index).ShouldBeUnique();
        acknowledged.ShouldBeSubsetOf(read1.Select(entry => (entry.Index, entry.OperationId)));
    }

    private DirectoryLedger Open() => new(new LedgerFolder(_folder.Root), Log.Region);

    private static LogEntry Entry(int index) => new(index, Guid.NewGuid(), [LogOperation.Delta(index + 1, new SpendVector(1, 2, 3))]);
}
