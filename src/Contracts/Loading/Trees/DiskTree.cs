namespace GlobalGateway.Contracts.Loading.Trees;

/// <summary>Folders of this machine; paths are absolute.</summary>
public sealed class DiskTree : ISourceTree
{
    public static readonly DiskTree Instance = new();

    /// <summary>Relative to where the program was called, as a person would type it.</summary>
    public string Display(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? path : relative;
    }

    public string Resolve(string folder, string relative) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Combine(folder, relative)));

    public bool HasFolder(string path) => Directory.Exists(path);

    public bool HasFile(string path) => File.Exists(path);

    public IReadOnlyList<TreeEntry> Entries(string folder) =>
        [.. new DirectoryInfo(folder).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal).Select(EntryOf)];

    public byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (UnauthorizedAccessException)
        {
            throw new IOException("may not be read by this user");
        }
    }

    private static TreeEntry EntryOf(FileSystemInfo entry) => new(
        entry.Name,
        entry.FullName,
        entry.LinkTarget is not null ? TreeEntryKind.SymbolicLink : entry is DirectoryInfo ? TreeEntryKind.Folder : TreeEntryKind.File,
        entry is FileInfo { LinkTarget: null } file ? file.Length : 0);
}
