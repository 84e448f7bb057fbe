using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GlobalGateway.Replication.Journal.Segments;

/// <summary>
/// How a record lies in a segment: a length word, CRC-32C, the record, zeros up to the next multiple of eight. The checksum
/// covers length word, record and zeros. The length word carries its own complement, so that damage to it never looks like
/// "no record here", which is zero.
/// </summary>
internal static class RecordFrame
{
    public const int Alignment = sizeof(ulong);
    public const int HeadBytes = sizeof(uint) + sizeof(uint);

    /// <summary>The writer went on in the next segment.</summary>
    public const uint Rolled = uint.MaxValue;

    public static int BytesOf(int record) => HeadBytes + ((record + Alignment - 1) & -Alignment);

    public static uint LengthWord(int record) => ((uint)record << 16) | (ushort)~record;

    /// <summary>Zero when the word is not one that a writer stores.</summary>
    public static int LengthOf(uint word)
    {
        var length = (int)(word >> 16);
        return (ushort)~length == (ushort)word && length <= JournalLimits.RecordBytesMax ? length : 0;
    }

    /// <param name="seed">Of the segment.</param>
    /// <param name="padded">The record and its zeros, a multiple of eight bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Checksum(uint seed, uint lengthWord, ReadOnlySpan<byte> padded)
    {
        var crc = BitOperations.Crc32C(seed, lengthWord);
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(padded))
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        return crc;
    }
}
