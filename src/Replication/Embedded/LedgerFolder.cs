using System.Text;
using System.Text.Json;
using GlobalGateway.Contracts.Storage;
using GlobalGateway.Replication.Stores;
using Microsoft.Win32.SafeHandles;

namespace GlobalGateway.Replication.Embedded;

/// <summary>
/// A folder that every edge process of every region on one machine shares. It is opened at first use, and again until that
/// succeeds: a disk that is read-only or away makes the ledger unavailable for as long as it is.
/// Invariants: a file is changed only under its lock; an acknowledged change is on the disk, and so is its file's name; a file
/// that is not there means an empty one only while <c>ledger.json</c> is.
/// </summary>
public sealed class LedgerFolder
{
    private const string Kind = "globalgateway-ledger";
    private const string Store = "directory";
    private const int Format = 1;

    private readonly FolderLocks _locks;
    private readonly string _mark;
    private volatile bool _open;

    public LedgerFolder(string root)
    {
        Root = Path.GetFullPath(root);
        _mark = Path.Combine(Root, "ledger.json");
        _locks = new FolderLocks(Path.Combine(Root, "locks"));
    }

    public string Root { get; }

    /// <summary>Begins a ledger in an empty or absent folder; otherwise checks that the folder holds one that can be read here.</summary>
    /// <exception cref="LedgerFolderException">It holds something else.</exception>
    /// <exception cref="LedgerUnavailableException">It cannot be read or written now.</exception>
    public void Open()
    {
        if (_open)
        {
            return;
        }

        Guarded("open", Root, () =>
        {
            if (!File.Exists(_mark))
            {
                Begin();
            }

            Check(File.ReadAllText(_mark));
            CreateFolder(Path.Combine(Root, "locks"));
            if (!_locks.Exclude())
            {
                throw new LedgerFolderException($"{Root} is on a file system without file locks; put the ledger on a local disk");
            }

            return true;
        });
        _open = true;
    }

    internal string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>Changes a file under its lock, away from the caller's thread: a change waits for the disk.</summary>
    internal async ValueTask<T> ChangeAsync<T>(string path, Func<T> change, CancellationToken cancel)
    {
        Open();
        IDisposable held;
        try
        {
            held = await _locks.AcquireAsync(path, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable("lock", path, e);
        }

        using (held)
        {
            return await Task.Run(() => Guarded("write", path, change), CancellationToken.None);
        }
    }

    /// <summary>Reads a file; one that is not there is empty.</summary>
    internal T Read<T>(string path, T empty, Func<SafeFileHandle, T> read)
    {
        Open();
        return Guarded("read", path, () =>
        {
            try
            {
                using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                return read(file);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                EnsurePresent();
                return empty;
            }
        });
    }

    internal T Read<T>(Func<T> read, string path)
    {
        Open();
        return Guarded("read", path, read);
    }

    /// <summary>Opens a file for its lock's holder; a new one is on the disk with its name when this returns.</summary>
    internal SafeFileHandle OpenToChange(string path)
    {
        if (!File.Exists(path))
        {
            EnsurePresent();
            var folder = Path.GetDirectoryName(path)!;
            CreateFolder(folder);
            new FileStream(path, Private(FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, FileOptions.None)).Dispose();
            for (var at = folder; at.Length >= Root.Length; at = Path.GetDirectoryName(at)!)
            {
                DurableFile.SyncFolder(at);
            }
        }

        return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
    }

    internal static FileStreamOptions Private(FileMode mode, FileAccess access, FileShare share, FileOptions options)
    {
        var all = new FileStreamOptions { Mode = mode, Access = access, Share = share, Options = options, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            all.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return all;
    }

    /// <summary>A missing file says "empty" only where the ledger itself is still there: not after its disk went away.</summary>
    internal void EnsurePresent()
    {
        if (!File.Exists(_mark))
        {
            throw new IOException($"{_mark} is gone; is its disk mounted?");
        }
    }

    private void Begin()
    {
        if (Directory.Exists(Root) && Directory.EnumerateFileSystemEntries(Root).Any(path => !path.EndsWith(".tmp", StringComparison.Ordinal)))
        {
            // Another process may have begun it in between.
            if (File.Exists(_mark))
            {
                return;
            }

            throw new LedgerFolderException($"{Root} is not empty and has no ledger.json; give the ledger a folder of its own");
        }

        CreateFolder(Root);
        var temporary = $"{_mark}.{Guid.NewGuid():N}.tmp";
        using (var file = new FileStream(temporary, Private(FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None)))
        {
            file.Write(Encoding.UTF8.GetBytes($$"""{"kind":"{{Kind}}","store":"{{Store}}","format":{{Format}}}{{"\n"}}"""));
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(temporary, _mark, overwrite: false);
        }
        catch (IOException) when (File.Exists(_mark))
        {
            File.Delete(temporary);
        }

        DurableFile.SyncFolder(Root);
    }

    private void Check(string text)
    {
        string? kind, store;
        int format;
        try
        {
            using var json = JsonDocument.Parse(text);
            kind = json.RootElement.GetProperty("kind").GetString();
            store = json.RootElement.GetProperty("store").GetString();
            format = json.RootElement.GetProperty("format").GetInt32();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new LedgerFolderException($"{_mark} is not a ledger's: it has no \"kind\", \"store\" and \"format\"");
        }

        if (kind != Kind || store != Store)
        {
            throw new LedgerFolderException(
                $"{_mark} says that this folder holds the store \"{store}\" of \"{kind}\", and \"{Store}\" of \"{Kind}\" is to be used here; a ledger's store is chosen at install and stored with the data");
        }

        if (format != Format)
        {
            throw new LedgerFolderException($"{_mark} is of format {format}, and this version reads format {Format}; use the version that wrote it");
        }
    }

    // Each level of its own: the mode is given to the last one only.
    private static void CreateFolder(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (Path.GetDirectoryName(path) is { } parent)
        {
            CreateFolder(parent);
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static T Guarded<T>(string verb, string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(verb, path, e);
        }
    }

    private static LedgerUnavailableException Unavailable(string verb, string path, Exception e) =>
        new($"the ledger cannot {verb} {path}: {e.Message}", e);
}
