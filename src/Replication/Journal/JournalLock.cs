namespace GlobalGateway.Replication.Journal;

/// <summary>The exclusive lock on a journal's folder; the kernel lets go of it when the process ends, however it ends.</summary>
internal sealed class JournalLock : IDisposable
{
    private const string FileName = "lock";

    /// <summary>Linux: the file is locked already.</summary>
    private const int WouldBlock = 11;

    private readonly FileStream _file;

    private JournalLock(FileStream file) => _file = file;

    public static JournalLock Take(string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (Open(path) is not { } file)
        {
            throw new JournalLockedException($"The journal folder {directory} is in use by another process: it belongs to one edge at a time. Stop that one, or give this edge a folder of its own.");
        }

        // File locks can be switched off for the runtime, and some file systems only pretend: a second lock must not be had.
        using (var second = Open(path))
        {
            if (second is not null)
            {
                file.Dispose();
                throw new JournalOpenException($"Files cannot be locked in {directory}, and two edges on one journal would spend the same rights twice. Use a folder on a local disk, and do not set DOTNET_SYSTEM_IO_DISABLEFILELOCKING.");
            }
        }

        return new JournalLock(file);
    }

    /// <summary>The file stays: deleting it would let a third process lock a new one while a second waits on the old.</summary>
    public void Dispose() => _file.Dispose();

    private static FileStream? Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException locked) when (locked.HResult == WouldBlock)
        {
            return null;
        }
    }
}
