namespace GlobalGateway.Replication.Journal;

/// <summary>A position in one word, so that the writer publishes it with one store.</summary>
internal static class PackedPosition
{
    private const int OffsetBits = 32;

    public static long Pack(long segment, int offset) => (segment << OffsetBits) | (uint)offset;

    public static long SegmentOf(long packed) => packed >> OffsetBits;

    public static JournalPosition Unpack(long packed) => new(SegmentOf(packed), (int)packed);
}
