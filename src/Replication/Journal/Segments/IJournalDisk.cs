namespace GlobalGateway.Replication.Journal.Segments;

/// <summary>What the journal asks of the disk and what can fail there.</summary>
internal interface IJournalDisk
{
    /// <summary>Makes a segment of zeros behind its header, durably, with all its blocks allocated.</summary>
    MappedSegment Create(string directory, SegmentHeader header);

    /// <summary>Puts what was stored in the segment on the disk.</summary>
    void Sync(MappedSegment segment);

    void Delete(string path);
}
