using GlobalGateway.Contracts.Storage;
using GlobalGateway.Replication.Journal.Segments;
using Microsoft.Win32.SafeHandles;

namespace GlobalGateway.Replication.Journal.Inheritance;

/// <summary>
/// What a new incarnation finds in the folder: judges how each earlier one ended, writes the judgement down, and gives back
/// the disk space that nothing was written to.
/// </summary>
internal sealed record JournalInheritance(IReadOnlyList<JournalPredecessor> Predecessors, IReadOnlyList<SegmentFile> Segments, IReadOnlyList<string> Unreadable, long LastNumber, long LastKept)
{
    public static JournalInheritance Take(string directory, Guid bootId, IJournalDisk disk)
    {
        SegmentFiles.RemoveUnfinished(directory);
        DurableFile.RemoveTemporary(directory);
        var files = SegmentFiles.List(directory);
        var (predecessors, segments) = (new List<JournalPredecessor>(), new List<SegmentFile>());
        foreach (var incarnation in IncarnationSegments.Of(files))
        {
            var marker = EndMarker.Read(directory, incarnation.Incarnation);
            var predecessor = Judge(incarnation, marker, bootId);
            var kept = incarnation.Segments;
            if (predecessor.End == JournalEnd.Whole)
            {
                kept = Settle(directory, incarnation, predecessor, marker, disk);
            }
            else if (marker is null)
            {
                EndMarker.Write(directory, predecessor.Incarnation, new EndMarker(predecessor.EndsAt, predecessor.Tear));
            }

            predecessors.Add(predecessor);
            segments.AddRange(kept.Select(segment => ToFile(segment, predecessor.EndsAt)));
        }

        EndMarker.RemoveOrphans(directory, predecessors.Select(predecessor => predecessor.Incarnation).ToHashSet());
        var unreadable = files.Where(file => file.Header is null).ToList();
        return new JournalInheritance(
            predecessors,
            segments,
            [.. unreadable.Select(file => file.Path)],
            files.Count == 0 ? 0 : files[^1].Number,
            Math.Max(segments.Count == 0 ? 0 : segments[^1].Number, unreadable.Count == 0 ? 0 : unreadable[^1].Number));
    }

    /// <summary>
    /// Whole: every record that was appended is here. That is so while the machine is still the one that took them, or when
    /// they reach as far as was written down at a time when they were all on the disk.
    /// </summary>
    public static JournalPredecessor Judge(IncarnationSegments incarnation, EndMarker? marker, Guid bootId)
    {
        var (endsAt, tear) = incarnation.Scan();
        return marker switch
        {
            null => new(incarnation.Incarnation, endsAt, tear ?? (incarnation.BootId == bootId ? null : "the machine was started anew since")),
            { Tear: null } when endsAt >= marker.EndsAt => new(incarnation.Incarnation, endsAt, null),
            { Tear: null } => new(incarnation.Incarnation, endsAt, tear ?? "records are missing at its end"),
            _ => new(incarnation.Incarnation, endsAt < marker.EndsAt ? endsAt : marker.EndsAt, marker.Tear),
        };
    }

    private static List<(string Path, SegmentHeader Header)> Settle(string directory, IncarnationSegments incarnation, JournalPredecessor predecessor, EndMarker? marker, IJournalDisk disk)
    {
        var used = incarnation.Segments.Where((segment, at) => at == 0 || segment.Header.Number <= predecessor.EndsAt.Segment).ToList();
        if (marker is null)
        {
            foreach (var (path, _) in used)
            {
                using var file = OpenWritable(path);
                RandomAccess.FlushToDisk(file);
            }

            EndMarker.Write(directory, predecessor.Incarnation, new EndMarker(predecessor.EndsAt, null));
        }

        foreach (var (path, _) in incarnation.Segments.Skip(used.Count))
        {
            disk.Delete(path);
        }

        // What was made ahead and not written: a process that keeps dying must not fill the disk with it.
        using var last = OpenWritable(used[^1].Path);
        var end = used[^1].Header.Number == predecessor.EndsAt.Segment ? predecessor.EndsAt.Offset : SegmentHeader.Bytes;
        if (RandomAccess.GetLength(last) > end)
        {
            RandomAccess.SetLength(last, end);
        }

        return used;
    }

    private static SafeFileHandle OpenWritable(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    private static SegmentFile ToFile((string Path, SegmentHeader Header) segment, JournalPosition endsAt) =>
        new(segment.Path, segment.Header, new FileInfo(segment.Path).Length, segment.Header.Number.CompareTo(endsAt.Segment) switch
        {
            < 0 => segment.Header.SegmentBytes,
            0 => endsAt.Offset,
            > 0 => SegmentHeader.Bytes,
        });
}
