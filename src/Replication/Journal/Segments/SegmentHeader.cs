using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace GlobalGateway.Replication.Journal.Segments;

/// <summary>The first bytes of a segment file: whose it is and where it belongs.</summary>
/// <param name="Number">Grows by one with every segment made in the folder.</param>
/// <param name="Previous">The segment before it when it was made; 0 for none.</param>
/// <param name="First">Whether its incarnation began with it.</param>
/// <param name="SegmentBytes">Length of the file.</param>
internal sealed record SegmentHeader(long Number, long Previous, bool First, int SegmentBytes, Guid Incarnation, Guid BootId)
{
    public const int Bytes = 128;
    private const int FormatVersion = 1;
    private const int ChecksumAt = Bytes - sizeof(uint);

    private static ReadOnlySpan<byte> Magic => "GGJRNL\r\n"u8;

    /// <summary>Starts the checksum of every record, so that a record of another segment is never taken for one of this.</summary>
    public uint Seed
    {
        get
        {
            Span<byte> bytes = stackalloc byte[Bytes];
            Write(bytes);
            return BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumAt..]);
        }
    }

    public string IncarnationText => Incarnation.ToString("N", CultureInfo.InvariantCulture);

    public void Write(Span<byte> to)
    {
        to[..Bytes].Clear();
        Magic.CopyTo(to);
        BinaryPrimitives.WriteInt32LittleEndian(to[8..], FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(to[12..], SegmentBytes);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], Number);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], Previous);
        Incarnation.TryWriteBytes(to[32..]);
        BootId.TryWriteBytes(to[48..]);
        to[64] = First ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32LittleEndian(to[ChecksumAt..], Checksum(to[..ChecksumAt]));
    }

    /// <summary>Null when the bytes are damaged.</summary>
    /// <exception cref="JournalOpenException">The file is of another version of this format.</exception>
    public static SegmentHeader? Read(ReadOnlySpan<byte> from, string path)
    {
        if (from.Length < Bytes || !from.StartsWith(Magic))
        {
            return null;
        }

        // Before the checksum: another version may have it elsewhere.
        if (BinaryPrimitives.ReadInt32LittleEndian(from[8..]) is var version && version != FormatVersion)
        {
            throw new JournalOpenException($"The journal's {path} has format version {version}; this edge reads version {FormatVersion}. Start the version of the edge that wrote it and stop it with SIGTERM so that it hands everything over, or move the folder away: what it held then stays charged until an operator closes it.");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(from[ChecksumAt..]) != Checksum(from[..ChecksumAt]))
        {
            return null;
        }

        return new SegmentHeader(
            BinaryPrimitives.ReadInt64LittleEndian(from[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[24..]),
            from[64] == 1,
            BinaryPrimitives.ReadInt32LittleEndian(from[12..]),
            new Guid(from[32..48]),
            new Guid(from[48..64]));
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return crc;
    }
}
