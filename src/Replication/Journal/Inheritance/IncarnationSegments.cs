using GlobalGateway.Replication.Journal.Segments;

namespace GlobalGateway.Replication.Journal.Inheritance;

/// <summary>The segments of one earlier incarnation, oldest first, and how they lie among the others of the folder.</summary>
/// <param name="LostBefore">A segment of it is missing before the first that is left, though not all before it are gone.</param>
/// <param name="LostAfter">A segment is missing behind its last one.</param>
internal sealed record IncarnationSegments(string Incarnation, IReadOnlyList<(string Path, SegmentHeader Header)> Segments, bool LostBefore, bool LostAfter)
{
    public Guid BootId => Segments[^1].Header.BootId;

    /// <summary>Cuts the list of a folder into incarnations.</summary>
    public static IReadOnlyList<IncarnationSegments> Of(IReadOnlyList<(long Number, string Path, SegmentHeader? Header)> files)
    {
        var readable = files.Where(file => file.Header is not null).Select(file => (file.Path, Header: file.Header!)).ToList();
        var found = new List<IncarnationSegments>();
        for (var start = 0; start < readable.Count;)
        {
            var end = start + 1;
            while (end < readable.Count && readable[end].Header.Incarnation == readable[start].Header.Incarnation)
            {
                end++;
            }

            var (first, last) = (readable[start].Header, readable[end - 1].Header);
            found.Add(new IncarnationSegments(
                first.IncarnationText,
                readable[start..end],
                LostBefore: !first.First && files[0].Number < first.Number,
                LostAfter: end < readable.Count ? readable[end].Header.Previous != last.Number : files[^1].Number != last.Number));
            start = end;
        }

        return found;
    }

    /// <summary>Reads to the end of what is good, and says what cuts it short; null when it ends as a killed or closed writer leaves it.</summary>
    public (JournalPosition EndsAt, string? Tear) Scan()
    {
        var endsAt = new JournalPosition(Segments[0].Header.Number, SegmentHeader.Bytes);
        if (LostBefore)
        {
            return (endsAt, $"the segment before {Segments[0].Path} is missing");
        }

        for (var at = 0; at < Segments.Count; at++)
        {
            var (path, header) = Segments[at];
            if (at > 0 && header.Previous != Segments[at - 1].Header.Number)
            {
                return (endsAt, $"the segment before {path} is missing");
            }

            var (offset, tear, rolled) = Scan(path, header);
            endsAt = offset > SegmentHeader.Bytes || at == 0 ? new JournalPosition(header.Number, offset) : endsAt;
            if (tear is not null)
            {
                return (endsAt, tear);
            }

            if (!rolled)
            {
                return (endsAt, EmptyBehind(at));
            }
        }

        return (endsAt, $"the segment after {Segments[^1].Path} is missing");
    }

    private static (int Offset, string? Tear, bool Rolled) Scan(string path, SegmentHeader header)
    {
        var offset = SegmentHeader.Bytes;
        try
        {
            using var reader = new SegmentReader(path, header, SegmentHeader.Bytes, header.SegmentBytes);
            SegmentRead read;
            while ((read = reader.Next(out _)) == SegmentRead.Record)
            {
                offset = reader.Offset;
            }

            return read switch
            {
                SegmentRead.Rolled => (offset, null, true),
                SegmentRead.End when reader.EndsClean() => (offset, null, false),
                SegmentRead.Cut => (offset, $"{path} ends early, at {offset}", false),
                _ => (offset, $"{path} is damaged at {offset}", false),
            };
        }
        catch (IOException failure)
        {
            return (offset, $"{path} cannot be read at {offset}: {failure.Message}", false);
        }
    }

    /// <summary>Segments behind the end were made ahead and never written.</summary>
    private string? EmptyBehind(int at)
    {
        for (var next = at + 1; next < Segments.Count; next++)
        {
            var (path, header) = Segments[next];
            if (header.Previous != Segments[next - 1].Header.Number || Scan(path, header) is not (SegmentHeader.Bytes, null, false))
            {
                return $"{Segments[at].Path} ends before {path} goes on";
            }
        }

        return LostAfter ? $"the segment after {Segments[^1].Path} is missing" : null;
    }
}
