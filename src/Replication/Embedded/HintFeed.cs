using System.Globalization;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Embedded;

/// <summary>
/// A stream of hints whose beginning is thrown away. A position is a byte's place in the whole stream, and each segment file is named
/// by where it begins, so positions only grow and a reader needs no index; a reader that was away too long goes on with the oldest.
/// </summary>
internal sealed class HintFeed<T>(LedgerFolder folder, string name, HintFeed<T>.Decoder decode)
{
    public delegate T Decoder(ReadOnlySpan<byte> record);

    public async ValueTask PublishAsync(string region, FieldWriter hint, CancellationToken cancel)
    {
        var feed = PathOf(region);
        await folder.ChangeAsync(feed, () => Append(feed, hint), cancel);
    }

    /// <summary>Hints after a position; a negative one begins at the newest.</summary>
    public HintPage<T> Read(string region, long position)
    {
        var feed = PathOf(region);
        var segments = folder.Read(() => Segments(feed), feed);
        var hints = new List<T>();
        var newest = position < 0;
        foreach (var start in newest ? segments.TakeLast(1) : segments.Where((_, i) => i == segments.Count - 1 || segments[i + 1] > position))
        {
            position = ReadSegment(feed, start, Math.Max(position, start), newest ? null : hints);
            if (hints.Count >= EmbeddedLimits.FeedPageMax)
            {
                break;
            }
        }

        return new HintPage<T>(hints, Math.Max(position, 0));
    }

    private long ReadSegment(string feed, long start, long from, List<T>? hints) =>
        folder.Read(SegmentOf(feed, start), from, file =>
        {
            // Behind the end: of a folder that was put back from a copy.
            using var scanner = new FrameScanner(file, from - start <= RandomAccess.GetLength(file) ? from - start : 0);
            while (hints is not { Count: >= EmbeddedLimits.FeedPageMax } && scanner.TryNext(out var record))
            {
                hints?.Add(decode(record));
            }

            return start + scanner.Position;
        });

    // Not synced: the log stays the truth, and edges read it again when hints were lost with the machine.
    private bool Append(string feed, FieldWriter hint)
    {
        var segments = Segments(feed);
        var start = segments.Count == 0 ? 0 : segments[^1];
        var end = End(SegmentOf(feed, start));
        if (end >= EmbeddedLimits.FeedSegmentBytes)
        {
            (start, end) = (start + end, 0);
            foreach (var old in segments.SkipLast(1))
            {
                File.Delete(SegmentOf(feed, old));
            }
        }

        using var file = folder.OpenToChange(SegmentOf(feed, start));
        Frame.Append(file, end, hint.Written);
        return true;
    }

    private long End(string segment)
    {
        using var file = folder.OpenToChange(segment);
        using var scanner = new FrameScanner(file, 0);
        while (scanner.TryNext(out _))
        {
        }

        // Whatever follows: hints may be lost.
        RandomAccess.SetLength(file, scanner.Position);
        return scanner.Position;
    }

    private static List<long> Segments(string feed) =>
        Directory.Exists(feed)
            ? [.. Directory.EnumerateFiles(feed).Select(path => long.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)).Order()]
            : [];

    private string PathOf(string region) => folder.PathOf("feeds", $"{SafeName.Of(region)}.{name}");

    private static string SegmentOf(string feed, long start) => Path.Combine(feed, start.ToString("D19", CultureInfo.InvariantCulture));
}
