namespace GlobalGateway.Replication.Journal.Segments;

/// <summary>A segment in the folder.</summary>
/// <param name="Bytes">What its file takes on the disk.</param>
/// <param name="Limit">Readers stop here; what an earlier incarnation left behind it is not good.</param>
internal sealed record SegmentFile(string Path, SegmentHeader Header, long Bytes, int Limit)
{
    public long Number => Header.Number;
}
