using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace GlobalGateway.Replication.Journal.Segments;

/// <summary>
/// A segment that is written: its file, mapped shared, so that a stored record is the kernel's and outlives this process.
/// One thread at a time writes; another may call <see cref="Sync"/> meanwhile.
/// </summary>
internal sealed unsafe class MappedSegment : IDisposable
{
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _base;
    private readonly uint _seed;

    /// <param name="file">Of full length, with every block allocated: a store into a hole of a full disk would end the process.</param>
    public MappedSegment(SafeFileHandle file, SegmentHeader header, string path)
    {
        (Header, Path, _seed) = (header, path, header.Seed);
        _map = MemoryMappedFile.CreateFromFile(file, null, header.SegmentBytes, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        _view = _map.CreateViewAccessor(0, header.SegmentBytes, MemoryMappedFileAccess.ReadWrite);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _base);
    }

    public SegmentHeader Header { get; }

    public string Path { get; }

    /// <summary>Moves the offset behind the record; false when it does not fit.</summary>
    public bool TryWrite(ref int offset, ReadOnlySpan<byte> record)
    {
        var frame = RecordFrame.BytesOf(record.Length);
        if (offset > Header.SegmentBytes - frame)
        {
            return false;
        }

        var at = _base + offset;
        var word = RecordFrame.LengthWord(record.Length);
        record.CopyTo(new Span<byte>(at + RecordFrame.HeadBytes, record.Length));

        // What follows the record up to the alignment is zero since the segment was made.
        var padded = new ReadOnlySpan<byte>(at + RecordFrame.HeadBytes, frame - RecordFrame.HeadBytes);
        Unsafe.WriteUnaligned(at + sizeof(uint), RecordFrame.Checksum(_seed, word, padded));

        // Last: a process killed before this line leaves no record, after it a whole one.
        Volatile.Write(ref *(uint*)at, word);
        offset += frame;
        return true;
    }

    /// <summary>Says that nothing more comes here, so that a reader knows a lost rest from an end.</summary>
    public void WriteRolled(int offset)
    {
        if (offset < Header.SegmentBytes)
        {
            Volatile.Write(ref *(uint*)(_base + offset), RecordFrame.Rolled);
        }
    }

    /// <summary>
    /// Puts every stored byte on the disk. This is msync(MS_SYNC), which Linux carries out as fdatasync of the mapped file:
    /// pages dirtied through the mapping are written and the disk's cache is flushed, but not the file's times, which fsync
    /// would commit too. The file's length and blocks do not change after it was made.
    /// </summary>
    public void Sync() => _view.Flush();

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }
}
