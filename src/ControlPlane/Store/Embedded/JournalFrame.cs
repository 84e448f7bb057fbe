using System.Buffers.Binary;
using System.Numerics;

namespace GlobalGateway.ControlPlane.Store.Embedded;

/// <summary>
/// One record in the journal: a mark, the length, a checksum, the bytes. Records are appended and synced one at a time, so a crash
/// leaves at most one torn record, at the end.
/// </summary>
internal static class JournalFrame
{
    public const int HeaderBytes = 12;

    /// <summary>Above the largest transaction with everything that is written around it.</summary>
    public const int PayloadBytesMax = 2 * 1024 * 1024;

    private const uint Mark = 0x3153_4747; // "GGS1"

    public static byte[] Of(ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, PayloadBytesMax);
        var frame = new byte[HeaderBytes + payload.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Mark);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(8), Checksum(payload));
        payload.CopyTo(frame.AsSpan(HeaderBytes));
        return frame;
    }

    /// <summary>The payload of the record at the start of some bytes; absent where there is no whole one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (bytes.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Mark)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        if (length is < 0 or > PayloadBytesMax || length > bytes.Length - HeaderBytes)
        {
            return false;
        }

        payload = bytes.Slice(HeaderBytes, length);
        return Checksum(payload) == BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
    }

    // Castagnoli's, on the processor's own instruction (RFC 3720, appendix B.4).
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
