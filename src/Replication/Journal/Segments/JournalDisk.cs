using GlobalGateway.Contracts.Storage;
using Microsoft.Win32.SafeHandles;

namespace GlobalGateway.Replication.Journal.Segments;

/// <summary>The local file system.</summary>
internal sealed class JournalDisk : IJournalDisk
{
    /// <summary>
    /// Of one write, and so of one folio of the page cache: what a sync of a single record writes to the disk, and what it
    /// takes out of this process's mappings by one interrupt of every core.
    /// </summary>
    private const int PieceBytes = 16 * 1024;

    public MappedSegment Create(string directory, SegmentHeader header)
    {
        var path = SegmentFiles.PathOf(directory, header.Number);
        var unfinished = path + SegmentFiles.UnfinishedSuffix;
        File.Delete(unfinished);
        SafeFileHandle? file = null;
        MappedSegment? segment = null;
        try
        {
            // Both: preallocation fails at once and keeps the file in one piece; writing allocates where the file system
            // does not preallocate, and spares every later sync from converting unwritten blocks.
            file = File.OpenHandle(unfinished, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.None, header.SegmentBytes);
            var piece = new byte[PieceBytes];
            header.Write(piece);
            for (var offset = 0; offset < header.SegmentBytes; offset += PieceBytes)
            {
                RandomAccess.Write(file, piece.AsSpan(0, Math.Min(PieceBytes, header.SegmentBytes - offset)), offset);
                piece.AsSpan(0, offset == 0 ? SegmentHeader.Bytes : 0).Clear();
            }

            RandomAccess.FlushToDisk(file);
            segment = new MappedSegment(file, header, path);

            // Only whole segments ever have their final name.
            File.Move(unfinished, path);
            DurableFile.SyncFolder(directory);
            return segment;
        }
        catch
        {
            segment?.Dispose();
            file?.Dispose();
            File.Delete(unfinished);
            throw;
        }
    }

    public void Sync(MappedSegment segment) => segment.Sync();

    public void Delete(string path) => File.Delete(path);
}
