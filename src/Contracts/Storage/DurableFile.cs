using System.Runtime.InteropServices;

namespace GlobalGateway.Contracts.Storage;

/// <summary>Writes files that are whole or absent after a crash: a temporary file, fsync, rename, fsync of the folder.</summary>
public static partial class DurableFile
{
    private const string TemporarySuffix = ".tmp";

    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}{TemporarySuffix}";
        using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Removes what a crash between write and rename left behind.</summary>
    public static void RemoveTemporary(string directory)
    {
        foreach (var path in Directory.EnumerateFiles(directory, "*" + TemporarySuffix))
        {
            File.Delete(path);
        }
    }

    /// <returns>Nothing when there is no such file or it is larger than the limit.</returns>
    public static byte[]? Read(string path, long bytesMax)
    {
        var file = new FileInfo(path);
        return file.Exists && file.Length <= bytesMax ? File.ReadAllBytes(path) : null;
    }

    /// <summary>Makes files that were created, renamed or deleted in the folder stay so after the machine crashes.</summary>
    public static void SyncFolder(string directory)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var descriptor = Open(directory, 0);
        if (descriptor >= 0)
        {
            _ = Sync(descriptor);
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
