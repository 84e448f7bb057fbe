using GlobalGateway.Contracts.Storage;
using Microsoft.Win32.SafeHandles;

namespace GlobalGateway.ControlPlane.Store.Embedded;

/// <summary>
/// The file of every durable change since it was last written anew.
/// Invariants: a record is on the disk before <see cref="Append"/> returns; records are never changed; the file is replaced whole.
/// </summary>
internal sealed class StoreJournal : IDisposable
{
    private readonly string _path;
    private SafeFileHandle _file;
    private string? _broken;

    private StoreJournal(string path, SafeFileHandle file, long length)
    {
        _path = path;
        _file = file;
        Length = length;
    }

    public long Length { get; private set; }

    /// <summary>Opens or makes the file and reads it; a torn end is cut off.</summary>
    /// <exception cref="StoreException">It is damaged in the middle.</exception>
    public static StoreJournal Open(string path, Action<JournalRecord> read)
    {
        var isNew = !File.Exists(path);
        var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            if (isNew)
            {
                DurableFile.SyncFolder(Path.GetDirectoryName(path)!);
            }

            var end = ReadAll(path, file, read);
            if (end < RandomAccess.GetLength(file))
            {
                RandomAccess.SetLength(file, end);
                RandomAccess.FlushToDisk(file);
            }

            return new StoreJournal(path, file, end);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <exception cref="StoreException">Nothing was written.</exception>
    /// <exception cref="StoreUnavailableException">It is not known whether the disk has it; nothing can be written until the store is opened again.</exception>
    public void Append(JournalRecord record)
    {
        if (_broken is not null)
        {
            throw new StoreException(_broken);
        }

        var frame = JournalFrame.Of(record.Encode());
        try
        {
            RandomAccess.Write(_file, frame, Length);
        }
        catch (IOException problem)
        {
            TakeBack(problem);
            throw new StoreException($"{_path} cannot be written: {problem.Message}; nothing was changed");
        }

        try
        {
            RandomAccess.FlushToDisk(_file);
        }
        catch (IOException problem)
        {
            // After a failed sync the pages count as clean: a second sync that succeeds says nothing about the first.
            _broken = Broken(problem);
            throw new StoreUnavailableException(_broken);
        }

        Length += frame.Length;
    }

    /// <summary>Replaces the file by one that says the same in fewer records.</summary>
    /// <exception cref="IOException">The old one stays in use.</exception>
    public void Rewrite(IEnumerable<JournalRecord> records)
    {
        var temporary = $"{_path}.{Guid.NewGuid():N}.tmp";
        var file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            var length = 0L;
            foreach (var record in records)
            {
                var frame = JournalFrame.Of(record.Encode());
                RandomAccess.Write(file, frame, length);
                length += frame.Length;
            }

            RandomAccess.FlushToDisk(file);
            File.Move(temporary, _path, overwrite: true);
            DurableFile.SyncFolder(Path.GetDirectoryName(_path)!);
            _file.Dispose();
            _file = file;
            Length = length;
        }
        catch
        {
            file.Dispose();
            File.Delete(temporary);
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    private static long ReadAll(string path, SafeFileHandle file, Action<JournalRecord> read)
    {
        var bytes = new byte[RandomAccess.GetLength(file)];
        for (int got, at = 0; at < bytes.Length && (got = RandomAccess.Read(file, bytes.AsSpan(at), at)) > 0; at += got)
        {
        }

        var end = 0;
        while (JournalFrame.TryRead(bytes.AsSpan(end), out var payload))
        {
            try
            {
                read(JournalRecord.Decode(payload.ToArray()));
            }
            catch (FormatException)
            {
                throw new StoreException($"{path}: the record at byte {end} is of another version; use the control plane that wrote it");
            }

            end += JournalFrame.HeaderBytes + payload.Length;
        }

        if (!IsTornEnd(bytes.AsSpan(end)))
        {
            throw new StoreException(
                $"{path} is damaged at byte {end}: whole records follow; restore it, or start with an empty stateDirectory: edges keep what they serve");
        }

        return end;
    }

    // One record is on its way at a time: whole ones behind a broken one mean that the disk lost something that it had.
    private static bool IsTornEnd(ReadOnlySpan<byte> rest)
    {
        if (rest.Length > JournalFrame.HeaderBytes + JournalFrame.PayloadBytesMax)
        {
            return false;
        }

        for (var at = 1; at < rest.Length; at++)
        {
            if (JournalFrame.TryRead(rest[at..], out _))
            {
                return false;
            }
        }

        return true;
    }

    private void TakeBack(IOException cause)
    {
        try
        {
            RandomAccess.SetLength(_file, Length);
            RandomAccess.FlushToDisk(_file);
        }
        catch (IOException)
        {
            _broken = Broken(cause);
        }
    }

    private string Broken(IOException problem) =>
        $"{_path} cannot be written any more: {problem.Message}; see to the disk, then start the control plane again";
}
