using GlobalGateway.Replication.Journal;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Replication.Journal;

/// <summary>A journal that has no room to go on takes no leases, and goes on by itself when there is room again.</summary>
public sealed class JournalRoomTests : IDisposable
{
    private readonly JournalFolder _folder = new();
    private readonly string _record = new('x', 10_000);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TakesLeases_DiskFull_StopsWhileRecordsAreStillTaken()
    {
        using var device = _folder.Open().Device;
        _folder.Disk.OnCreate = new IOException("No space left on device");

        FillSegment(device);

        JournalFolder.Await(() => !device.TakesLeases);
        JournalFolder.Await(() => device.Problem!.Contains("No space left on device", StringComparison.Ordinal));
        device.TryAppend("settled"u8).ShouldBeTrue();
    }

    [Fact]
    public void TakesLeases_RoomAgain_GoesOnByItself()
    {
        using var device = _folder.Open().Device;
        _folder.Disk.OnCreate = new UnauthorizedAccessException("Read-only file system");
        FillSegment(device);
        JournalFolder.Await(() => device.Problem?.Contains("Read-only file system", StringComparison.Ordinal) == true);

        _folder.Disk.OnCreate = null;

        JournalFolder.Await(() => device.TakesLeases);
        device.Problem.ShouldBeNull();
    }

    [Fact]
    public void TryAppend_NoRoomAtAll_KeepsNothingAndLosesNothing()
    {
        using var device = _folder.Open().Device;
        JournalFolder.Await(() => _folder.Segments().Length == 1 + JournalLimits.SparesMax);
        _folder.Disk.OnCreate = new IOException("No space left on device");

        var taken = 0;
        while (device.TryAppend("0123456789"u8))
        {
            taken++;
        }

        JournalFolder.Read(device).Count.ShouldBe(taken);
        _folder.Disk.OnCreate = null;
        JournalFolder.Await(() => device.TryAppend("0123456789"u8));
        JournalFolder.Read(device).Count.ShouldBe(taken + 1);
    }

    [Fact]
    public void TakesLeases_SizeReached_StopsUntilReleased()
    {
        using var device = _folder.Open().Device;
        while (!IsReached(device))
        {
            JournalFolder.Append(device, _record);
            JournalFolder.Await(() => device.TakesLeases || IsReached(device));
        }

        device.TakesLeases.ShouldBeFalse();
        var kept = JournalFolder.Read(device).Count;
        JournalFolder.Append(device, _record);
        JournalFolder.Read(device).Count.ShouldBe(kept + 1);

        device.Release(device.End);

        JournalFolder.Await(() => device.TakesLeases);
        File.Exists(_folder.SegmentOf(new JournalPosition(1, 0))).ShouldBeFalse();
    }

    [Fact]
    public void Release_WithinASegment_KeepsThatSegment()
    {
        using var device = _folder.Open().Device;
        for (var number = 0; number < 8; number++)
        {
            JournalFolder.Await(() => device.TakesLeases);
            JournalFolder.Append(device, _record + number);
        }

        device.Release(new JournalPosition(2, 1000));

        JournalFolder.Await(() => !File.Exists(_folder.SegmentOf(new JournalPosition(1, 0))));
        JournalFolder.Read(device).ShouldBe([_record + 3, _record + 4, _record + 5, _record + 6, _record + 7]);
    }

    [Fact]
    public void Release_AllOfAPredecessor_ForgetsIt()
    {
        _folder.WriteAndDie("a");
        using (var device = _folder.Open().Device)
        {
            device.Release(device.End);
            JournalFolder.Await(() => !File.Exists(_folder.SegmentOf(new JournalPosition(1, 0))));
        }

        var opened = _folder.Open();
        using var next = opened.Device;

        opened.Predecessors.Count.ShouldBe(1);
        Directory.GetFiles(_folder.Path, "*.end").Length.ShouldBe(1);
    }

    [Fact]
    public void Open_AgainAndAgain_KeepsNoEmptySegments()
    {
        for (var life = 0; life < 10; life++)
        {
            _folder.WriteAndDie();
        }

        var opened = _folder.Open();
        using var device = opened.Device;

        opened.Predecessors.Count.ShouldBe(10);
        device.TakesLeases.ShouldBeTrue();
        _folder.Segments().Sum(path => new FileInfo(path).Length).ShouldBeLessThan(4 * JournalFolder.SegmentBytes);
    }

    private static bool IsReached(JournalDevice device) => device.Problem?.Contains("has reached its 256 KiB", StringComparison.Ordinal) == true;

    private void FillSegment(JournalDevice journal)
    {
        var first = journal.End.Segment;
        while (journal.End.Segment == first)
        {
            JournalFolder.Append(journal, _record);
        }
    }
}
