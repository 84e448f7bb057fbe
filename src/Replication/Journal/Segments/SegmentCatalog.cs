using System.Collections.Immutable;

namespace GlobalGateway.Replication.Journal.Segments;

/// <summary>The segments in the folder, oldest first; readers take the list as it is at one moment.</summary>
internal sealed class SegmentCatalog(IEnumerable<SegmentFile> inherited)
{
    private ImmutableList<SegmentFile> _files = [.. inherited];

    public ImmutableList<SegmentFile> Files => Volatile.Read(ref _files);

    public long Bytes => Files.Sum(file => file.Bytes);

    public void Add(MappedSegment segment) =>
        ImmutableInterlocked.Update(ref _files, static (files, added) => files.Add(added), new SegmentFile(segment.Path, segment.Header, segment.Header.SegmentBytes, segment.Header.SegmentBytes));

    public void Remove(SegmentFile file) => ImmutableInterlocked.Update(ref _files, static (files, removed) => files.Remove(removed), file);
}
