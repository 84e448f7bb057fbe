using GlobalGateway.Replication.Journal;
using GlobalGateway.Replication.Journal.Inheritance;
using GlobalGateway.Replication.Journal.Segments;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Replication.Journal;

/// <summary>How an earlier incarnation's end is judged, for every byte that can be cut off or damaged.</summary>
public sealed class JournalEndTests : IDisposable
{
    private static readonly string[] Records = ["a", "bc", "0123456789", "the quick brown fox jumps over the lazy dog", "e"];

    private readonly JournalFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_PredecessorKilled_IsWhole()
    {
        var incarnation = _folder.WriteAndDie(Records);

        var opened = _folder.Open();
        using var device = opened.Device;

        var predecessor = opened.Predecessors.ShouldHaveSingleItem();
        (predecessor.Incarnation, predecessor.End).ShouldBe((incarnation, JournalEnd.Whole));
        JournalFolder.Read(device, incarnation).ShouldBe(Records);
    }

    [Fact]
    public void Open_MachineStartedAnew_IsTornAndGivesWhatIsThere()
    {
        var incarnation = _folder.WriteAndDie(Records);
        _folder.BootId = Guid.NewGuid();

        var opened = _folder.Open();
        using var device = opened.Device;

        opened.Predecessors.ShouldHaveSingleItem().End.ShouldBe(JournalEnd.Torn);
        JournalFolder.Read(device, incarnation).ShouldBe(Records);
    }

    [Fact]
    public void Open_JudgedWholeBefore_StaysWholeAfterTheMachineStartsAnew()
    {
        var first = _folder.WriteAndDie(Records);
        var second = _folder.WriteAndDie("f");
        _folder.BootId = Guid.NewGuid();

        var opened = _folder.Open();
        using var device = opened.Device;

        opened.Predecessors.Select(predecessor => (predecessor.Incarnation, predecessor.End)).ShouldBe([(first, JournalEnd.Whole), (second, JournalEnd.Torn)]);
        JournalFolder.Read(device).ShouldBe([.. Records, "f"]);
    }

    [Fact]
    public void Judge_FileCutAnywhere_GivesTheRecordsBeforeTheCut()
    {
        var (segment, bytes, ends) = Written();
        for (var cut = SegmentHeader.Bytes; cut < bytes.Length; cut = cut < ends[^1] + 100 ? cut + 1 : cut + 997)
        {
            File.WriteAllBytes(segment, bytes[..cut]);

            var judged = Judge();

            judged.End.ShouldBe(JournalEnd.Torn, $"cut at {cut}");
            judged.EndsAt.Offset.ShouldBe(LastEndUpTo(ends, cut), $"cut at {cut}");
        }
    }

    [Fact]
    public void Judge_EverythingZeroFromAByteOn_GivesTheRecordsBeforeIt()
    {
        var (segment, bytes, ends) = Written();
        for (var from = SegmentHeader.Bytes; from < ends[^1]; from++)
        {
            var zeroed = bytes.ToArray();
            zeroed.AsSpan(from).Clear();
            File.WriteAllBytes(segment, zeroed);

            var judged = Judge();

            // What is zero in the record too, its padding, is not missed.
            judged.EndsAt.Offset.ShouldBe(LastEndUpTo(ends, FirstDifference(bytes, zeroed)), $"zero from {from}");
            ends.Contains(judged.EndsAt.Offset).ShouldBeTrue();
        }
    }

    [Fact]
    public void Judge_AnyByteDamaged_GivesTheRecordsBeforeItAndIsTorn()
    {
        var (segment, bytes, ends) = Written();
        for (var at = SegmentHeader.Bytes; at < ends[^1]; at++)
        {
            foreach (var flip in new byte[] { 0x01, 0x80, 0xFF })
            {
                var damaged = bytes.ToArray();
                damaged[at] ^= flip;
                File.WriteAllBytes(segment, damaged);

                var judged = Judge();

                judged.End.ShouldBe(JournalEnd.Torn, $"byte {at} ^ {flip}");
                judged.EndsAt.Offset.ShouldBe(LastEndUpTo(ends, at), $"byte {at} ^ {flip}");
            }
        }
    }

    [Fact]
    public void Judge_AppendKilledAtAnyByte_IsWholeWithoutThatRecord()
    {
        var (segment, bytes, ends) = Written();
        var last = ends[^2];

        // The length word is stored last; everything before it in any number.
        for (var stored = last + sizeof(uint); stored <= ends[^1]; stored++)
        {
            var unfinished = bytes.ToArray();
            unfinished.AsSpan(last, sizeof(uint)).Clear();
            unfinished.AsSpan(stored).Clear();
            File.WriteAllBytes(segment, unfinished);

            var judged = Judge();

            (judged.End, judged.EndsAt.Offset).ShouldBe((JournalEnd.Whole, last));
        }
    }

    [Fact]
    public void Judge_BytesFarBehindTheEnd_IsTorn()
    {
        var (segment, bytes, ends) = Written();
        bytes[ends[^1] + RecordFrame.BytesOf(JournalLimits.RecordBytesMax) + 100] = 1;
        File.WriteAllBytes(segment, bytes);

        Judge().End.ShouldBe(JournalEnd.Torn);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 3)]
    [InlineData(3, 6)]
    public void Open_SegmentMissing_GivesWhatIsBeforeIt(int missing, int records)
    {
        WriteSegments();
        File.Delete(_folder.SegmentOf(new JournalPosition(missing, 0)));

        var opened = _folder.Open();
        using var device = opened.Device;

        // The first ones may have been released; then nothing is missing.
        opened.Predecessors.ShouldHaveSingleItem().End.ShouldBe(missing == 1 ? JournalEnd.Whole : JournalEnd.Torn);
        JournalFolder.Read(device).Count.ShouldBe(missing == 1 ? 6 : records);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 3)]
    [InlineData(3, 6)]
    public void Open_HeaderDamaged_GivesWhatIsBeforeItAndNamesTheFile(int damaged, int records)
    {
        WriteSegments();
        var path = _folder.SegmentOf(new JournalPosition(damaged, 0));
        var bytes = File.ReadAllBytes(path);
        bytes[40] ^= 1;
        File.WriteAllBytes(path, bytes);

        var opened = _folder.Open();
        using var device = opened.Device;

        opened.Unreadable.ShouldBe([path]);
        opened.Predecessors.ShouldHaveSingleItem().End.ShouldBe(JournalEnd.Torn);
        JournalFolder.Read(device).Count.ShouldBe(records);
        device.End.Segment.ShouldBeGreaterThan(5);
    }

    [Fact]
    public void Open_RolledAndNothingBehind_IsTorn()
    {
        WriteSegments();
        foreach (var path in _folder.Segments().Skip(2))
        {
            File.Delete(path);
        }

        var opened = _folder.Open();
        using var device = opened.Device;

        opened.Predecessors.ShouldHaveSingleItem().End.ShouldBe(JournalEnd.Torn);
    }

    [Fact]
    public void Open_FormatOfAnotherVersion_RefusesAndNamesTheFile()
    {
        _folder.WriteAndDie(Records);
        var path = _folder.Segments()[0];
        var bytes = File.ReadAllBytes(path);
        bytes[8] = 9;
        File.WriteAllBytes(path, bytes);

        var refused = Should.Throw<JournalOpenException>(() => _folder.Open());

        refused.Message.ShouldContain(path);
        refused.Message.ShouldContain("version 9");
    }

    /// <summary>Three segments with three records each, by a process that is killed.</summary>
    private void WriteSegments() => _folder.WriteAndDie([.. Enumerable.Range(0, 9).Select(number => new string((char)('a' + number), 10_000))]);

    /// <returns>The first segment, its bytes, and where each record in it ends, the header first.</returns>
    private (string Segment, byte[] Bytes, List<int> Ends) Written()
    {
        _folder.WriteAndDie(Records);
        foreach (var spare in _folder.Segments().Skip(1))
        {
            File.Delete(spare);
        }

        var ends = new List<int> { SegmentHeader.Bytes };
        foreach (var record in Records)
        {
            ends.Add(ends[^1] + RecordFrame.BytesOf(record.Length));
        }

        var segment = _folder.Segments()[0];
        return (segment, File.ReadAllBytes(segment), ends);
    }

    private JournalPredecessor Judge() =>
        JournalInheritance.Judge(IncarnationSegments.Of(SegmentFiles.List(_folder.Path)).Single(), null, _folder.BootId);

    private static int LastEndUpTo(List<int> ends, int offset) => ends.Last(end => end <= offset);

    private static int FirstDifference(byte[] left, byte[] right)
    {
        var at = left.AsSpan().CommonPrefixLength(right);
        return at == left.Length ? int.MaxValue : at;
    }
}
