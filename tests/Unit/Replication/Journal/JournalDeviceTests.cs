using GlobalGateway.Replication.Journal;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Replication.Journal;

public sealed class JournalDeviceTests : IDisposable
{
    private readonly JournalFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_RecordsOfEveryLength_GivesThemAsAppended()
    {
        using var device = _folder.Open().Device;
        var random = new Random(5);
        var records = Enumerable.Range(1, 40).Append(JournalLimits.RecordBytesMax).Select(length => Enumerable.Range(0, length).Select(_ => (byte)random.Next(256)).ToArray()).ToList();

        records.ShouldAllBe(record => device.TryAppend(record));

        var (read, position) = (new List<byte[]>(), default(JournalPosition));
        device.Read(ref position, (incarnation, _, record) =>
        {
            incarnation.ShouldBe(device.Incarnation);
            read.Add(record.ToArray());
            return true;
        });
        read.ShouldBe(records);
        position.ShouldBe(device.End);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(JournalLimits.RecordBytesMax + 1)]
    public void TryAppend_LengthOutOfBounds_Throws(int length)
    {
        using var device = _folder.Open().Device;

        Should.Throw<ArgumentOutOfRangeException>(() => device.TryAppend(new byte[length]));
    }

    [Fact]
    public void Read_TakerStops_ContinuesBeforeTheRecordItRefused()
    {
        using var device = _folder.Open().Device;
        foreach (var record in new[] { "a", "b", "c" })
        {
            JournalFolder.Append(device, record);
        }

        var (position, seen) = (default(JournalPosition), 0);
        device.Read(ref position, (_, _, _) => ++seen < 2);

        JournalFolder.Read(device, from: position).ShouldBe(["b", "c"]);
    }

    [Fact]
    public void TryAppend_MoreThanOneSegment_GoesOnInTheNext()
    {
        using var device = _folder.Open().Device;
        var records = Enumerable.Range(0, 5).Select(number => new string((char)('a' + number), 10_000)).ToArray();

        foreach (var record in records)
        {
            JournalFolder.Await(() => device.TakesLeases);
            JournalFolder.Append(device, record);
        }

        JournalFolder.Read(device).ShouldBe(records);
        device.End.Segment.ShouldBe(2);
    }

    [Fact]
    public async Task SyncAsync_NothingAppended_NeedsNoSync()
    {
        using var device = _folder.Open().Device;

        await device.SyncAsync(TestContext.Current.CancellationToken);

        _folder.Disk.Syncs.ShouldBe(0);
    }

    [Fact]
    public async Task SyncAsync_AfterAppends_SyncsBeforeItReturns()
    {
        using var device = _folder.Open().Device;
        JournalFolder.Append(device, "a");

        await device.SyncAsync(TestContext.Current.CancellationToken);

        _folder.Disk.Syncs.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void TryAppend_NobodyWaits_IsSyncedAllTheSame()
    {
        using var device = _folder.Open().Device;

        JournalFolder.Append(device, "a");

        JournalFolder.Await(() => _folder.Disk.Syncs > 0);
    }

    [Fact]
    public async Task SyncAsync_ManyWaiters_ShareSyncs()
    {
        using var device = _folder.Open().Device;
        var waiters = new List<Task>();
        for (var number = 0; number < 1000; number++)
        {
            JournalFolder.Append(device, "a");
            waiters.Add(device.SyncAsync(TestContext.Current.CancellationToken).AsTask());
        }

        await Task.WhenAll(waiters);

        _folder.Disk.Syncs.ShouldBeLessThan(1000);
    }

    [Fact]
    public async Task SyncAsync_SyncFails_FailsForEver()
    {
        using var device = _folder.Open().Device;
        _folder.Disk.OnSync = new IOException("Input/output error");
        JournalFolder.Append(device, "a");

        await Should.ThrowAsync<JournalFailedException>(async () => await device.SyncAsync(TestContext.Current.CancellationToken));
        _folder.Disk.OnSync = null;

        await Should.ThrowAsync<JournalFailedException>(async () => await device.SyncAsync(TestContext.Current.CancellationToken));
        device.TakesLeases.ShouldBeFalse();
        device.Problem.ShouldNotBeNull().ShouldContain("Input/output error");
        device.TryAppend("b"u8).ShouldBeFalse();
    }

    [Fact]
    public async Task Open_PredecessorsSyncFailed_IsTornThoughAllIsReadable()
    {
        _folder.Disk.OnSync = new IOException("Input/output error");
        using (var device = _folder.Open().Device)
        {
            JournalFolder.Append(device, "a");
            await Should.ThrowAsync<JournalFailedException>(async () => await device.SyncAsync(TestContext.Current.CancellationToken));
        }

        _folder.Disk.OnSync = null;
        var opened = _folder.Open();
        using var next = opened.Device;

        opened.Predecessors.ShouldHaveSingleItem().End.ShouldBe(JournalEnd.Torn);
        JournalFolder.Read(next).ShouldBe(["a"]);
    }

    [Fact]
    public void Dispose_ThenOpen_IsWholeOnAnotherStartOfTheMachineToo()
    {
        string incarnation;
        using (var device = _folder.Open().Device)
        {
            JournalFolder.Append(device, "a");
            incarnation = device.Incarnation;
        }

        _folder.BootId = Guid.NewGuid();
        var opened = _folder.Open();
        using var next = opened.Device;

        var predecessor = opened.Predecessors.ShouldHaveSingleItem();
        (predecessor.Incarnation, predecessor.End).ShouldBe((incarnation, JournalEnd.Whole));
        JournalFolder.Append(next, "b");
        JournalFolder.Read(next).ShouldBe(["a", "b"]);
        JournalFolder.Read(next, from: predecessor.EndsAt).ShouldBe(["b"]);
    }

    [Fact]
    public async Task Dispose_WhileSomebodyAppends_KeepsWhatItTookAndRefusesTheRest()
    {
        var taken = 0;
        using (var device = _folder.Open().Device)
        {
            var writer = Task.Run(() =>
            {
                while (device.TryAppend("0123456789"u8))
                {
                    taken++;
                }
            }, TestContext.Current.CancellationToken);
            JournalFolder.Await(() => device.End.Offset > 1_000);
            device.Dispose();
            await writer;
        }

        var opened = _folder.Open();
        using var next = opened.Device;
        opened.Predecessors.ShouldHaveSingleItem().End.ShouldBe(JournalEnd.Whole);
        JournalFolder.Read(next).Count.ShouldBe(taken);
    }

    [Fact]
    public void Open_FolderInUse_IsRefusedAndNamed()
    {
        using var device = _folder.Open().Device;

        var refused = Should.Throw<JournalLockedException>(() => _folder.Open());

        refused.Message.ShouldContain(_folder.Path);
        refused.Message.ShouldContain("another process");
    }

    [Fact]
    public void Open_AfterARefusal_TheHolderStillHoldsIt()
    {
        using var device = _folder.Open().Device;
        Should.Throw<JournalLockedException>(() => _folder.Open());

        Should.Throw<JournalLockedException>(() => _folder.Open());
    }

    [Fact]
    public void Open_NoRoomForAFirstSegment_FailsAndLetsGo()
    {
        _folder.Disk.OnCreate = new IOException("No space left on device");
        Should.Throw<JournalOpenException>(() => _folder.Open()).Message.ShouldContain("No space left on device");

        _folder.Disk.OnCreate = null;
        using var device = _folder.Open().Device;
        device.TakesLeases.ShouldBeTrue();
    }

    [Theory]
    [InlineData("nfs", true)]
    [InlineData("cifs", true)]
    [InlineData("fuse", true)]
    [InlineData("v9fs", true)]
    [InlineData("ext4", false)]
    [InlineData("xfs", false)]
    [InlineData("overlayfs", false)]
    public void NetworkFileSystems_Format_RefusesThoseOfOtherMachines(string format, bool refused) =>
        NetworkFileSystems.Contains(format).ShouldBe(refused);

    [Fact]
    public async Task Read_BesideTheWriter_SeesEveryRecordOnceAndInOrder()
    {
        using var device = _folder.Open().Device;
        const int records = 2_000;
        var writer = Task.Run(() =>
        {
            for (var number = 0; number < records; number++)
            {
                JournalFolder.Await(() => device.TryAppend(BitConverter.GetBytes(number)));
            }
        }, TestContext.Current.CancellationToken);

        var (position, next) = (default(JournalPosition), 0);
        JournalFolder.Await(() =>
        {
            device.Read(ref position, (_, _, record) =>
            {
                BitConverter.ToInt32(record).ShouldBe(next++);
                return true;
            });
            device.Release(position);
            return next == records;
        });

        await writer;
    }
}
