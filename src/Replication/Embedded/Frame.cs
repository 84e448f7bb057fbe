using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace GlobalGateway.Replication.Embedded;

/// <summary>
/// One record in a file: a mark, the length, a checksum, the bytes. A file is changed by one writer at a time, which appends one
/// frame with one write; so a killed writer leaves at most one torn frame, at the end, and the next writer cuts it off.
/// </summary>
internal static class Frame
{
    public const int HeaderBytes = 12;

    private const uint Mark = 0x314C_4747; // "GGL1"

    /// <summary>The payload of the frame at the start of some bytes; -1 where there is no whole frame.</summary>
    public static int PayloadLength(ReadOnlySpan<byte> bytes)
    {
        var length = DeclaredLength(bytes);
        return length >= 0 && bytes.Length - HeaderBytes >= length
            && Crc32C.Of(bytes.Slice(HeaderBytes, length)) == BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..])
            ? length
            : -1;
    }

    /// <summary>The length a header says; -1 where there is no header.</summary>
    public static int DeclaredLength(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Mark)
        {
            return -1;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        return length is > 0 and <= EmbeddedLimits.RecordBytesMax ? length : -1;
    }

    /// <summary>Writes a frame at <paramref name="end"/>; a write that fails is taken back where that is possible.</summary>
    /// <returns>The new end.</returns>
    public static long Append(SafeFileHandle file, long end, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, EmbeddedLimits.RecordBytesMax);
        var frame = new byte[HeaderBytes + payload.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Mark);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(8), Crc32C.Of(payload));
        payload.CopyTo(frame.AsSpan(HeaderBytes));
        try
        {
            RandomAccess.Write(file, frame, end);
        }
        catch (IOException)
        {
            RandomAccess.SetLength(file, end);
            throw;
        }

        return end + frame.Length;
    }
}
