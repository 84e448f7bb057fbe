using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace GlobalGateway.Replication.Journal.Segments;

/// <summary>What lies at a place in a segment.</summary>
internal enum SegmentRead
{
    Record,

    /// <summary>No record was published here yet, or the caller's limit.</summary>
    End,

    /// <summary>The writer went on in the next segment.</summary>
    Rolled,

    /// <summary>The file ends before its header says.</summary>
    Cut,

    Damaged,
}

/// <summary>
/// Reads the records of one segment through the file, not the mapping: a bad block is then an error and not the end of the
/// process, and the kernel shows both the same pages.
/// </summary>
internal sealed class SegmentReader : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly SafeFileHandle _file;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private readonly uint _seed;
    private readonly int _segmentBytes;
    private readonly int _limit;
    private int _bufferAt;
    private int _bufferBytes;

    /// <param name="limit">Where the caller knows the records to end; the segment's length when it does not.</param>
    public SegmentReader(string path, SegmentHeader header, int from, int limit)
    {
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        (_seed, _segmentBytes, _limit, Offset) = (header.Seed, header.SegmentBytes, limit, Math.Max(from, SegmentHeader.Bytes));
    }

    /// <summary>Behind the last record read.</summary>
    public int Offset { get; private set; }

    /// <param name="record">Valid until the next call.</param>
    public SegmentRead Next(out ReadOnlySpan<byte> record)
    {
        record = default;
        if (Offset >= _limit)
        {
            return Offset >= _segmentBytes ? SegmentRead.Rolled : SegmentRead.End;
        }

        var head = Window(RecordFrame.HeadBytes);
        if (head.Length < RecordFrame.HeadBytes)
        {
            return SegmentRead.Cut;
        }

        var (word, checksum) = (MemoryMarshal.Read<uint>(head), MemoryMarshal.Read<uint>(head[sizeof(uint)..]));
        if (word is 0 or RecordFrame.Rolled)
        {
            return word == 0 ? SegmentRead.End : SegmentRead.Rolled;
        }

        var length = RecordFrame.LengthOf(word);
        if (length == 0 || RecordFrame.BytesOf(length) is var bytes && bytes > _segmentBytes - Offset)
        {
            return SegmentRead.Damaged;
        }

        var frame = Window(bytes);
        if (frame.Length < bytes)
        {
            return SegmentRead.Cut;
        }

        if (RecordFrame.Checksum(_seed, word, frame[RecordFrame.HeadBytes..bytes]) != checksum)
        {
            return SegmentRead.Damaged;
        }

        record = frame.Slice(RecordFrame.HeadBytes, length);
        Offset += bytes;
        return SegmentRead.Record;
    }

    /// <summary>
    /// Whether nothing but one unfinished record can be behind the end: bytes further on belong to records whose length word
    /// was lost. False too where the file is shorter than its header says.
    /// </summary>
    public bool EndsClean()
    {
        Offset = Math.Min(Offset + RecordFrame.BytesOf(JournalLimits.RecordBytesMax), _segmentBytes);
        while (Window(RecordFrame.Alignment) is { Length: > 0 } rest)
        {
            if (rest.ContainsAnyExcept((byte)0))
            {
                return false;
            }

            Offset += rest.Length;
        }

        return Offset >= _segmentBytes;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _file.Dispose();
    }

    /// <summary>All buffered bytes from the offset on: at least so many, unless the file ends before.</summary>
    private ReadOnlySpan<byte> Window(int bytes)
    {
        if (Offset + bytes > _bufferAt + _bufferBytes || Offset < _bufferAt)
        {
            (_bufferAt, _bufferBytes) = (Offset, 0);
            while (_bufferBytes < bytes && RandomAccess.Read(_file, _buffer.AsSpan(_bufferBytes), Offset + _bufferBytes) is var read and > 0)
            {
                _bufferBytes += read;
            }
        }

        return _buffer.AsSpan(Offset - _bufferAt, _bufferBytes - (Offset - _bufferAt));
    }
}
