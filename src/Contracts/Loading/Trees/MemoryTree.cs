namespace GlobalGateway.Contracts.Loading.Trees;

/// <summary>A tree whose files are listed beforehand and read when they are needed; paths are relative to its root, with <c>/</c> between their parts.</summary>
public class MemoryTree : ISourceTree
{
    private readonly Dictionary<string, TreeEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<TreeEntry>> _folders = new(StringComparer.Ordinal) { [""] = [] };
    private readonly Func<string, byte[]> _read;

    /// <param name="files">Files, links and submodules; folders come of their paths.</param>
    /// <exception cref="ArgumentException">A path is not one of this tree's form.</exception>
    public MemoryTree(IEnumerable<(string Path, TreeEntryKind Kind, long Bytes)> files, Func<string, byte[]> read)
    {
        _read = read;
        foreach (var (path, kind, bytes) in files)
        {
            if (!IsPath(path))
            {
                throw new ArgumentException($"\"{path}\" is not a relative path of plain names", nameof(files));
            }

            Add(path, kind, bytes);
        }

        foreach (var folder in _folders.Values)
        {
            folder.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        }
    }

    public string Display(string path) => path.Length == 0 ? "." : path;

    public string? Resolve(string folder, string relative)
    {
        var parts = new List<string>(folder.Split('/', StringSplitOptions.RemoveEmptyEntries));
        foreach (var part in relative.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (part)
            {
                case ".":
                    break;
                case ".." when parts.Count == 0:
                    return null;
                case "..":
                    parts.RemoveAt(parts.Count - 1);
                    break;
                default:
                    parts.Add(part);
                    break;
            }
        }

        return string.Join('/', parts);
    }

    public bool HasFolder(string path) => _folders.ContainsKey(path);

    public bool HasFile(string path) => _entries.TryGetValue(path, out var entry) && entry.Kind == TreeEntryKind.File;

    public IReadOnlyList<TreeEntry> Entries(string folder) => _folders[folder];

    public byte[] Read(string path) => _read(path);

    /// <summary>Whether a path is made of plain names: none empty, none <c>.</c> or <c>..</c>, no backslash, no control character.</summary>
    public static bool IsPath(string path) =>
        path.Length is > 0 and <= 1_024
        && !path.Any(letter => char.IsControl(letter) || letter == '\\')
        && path.Split('/').All(part => part.Length > 0 && part is not ("." or ".."));

    private void Add(string path, TreeEntryKind kind, long bytes)
    {
        var cut = path.LastIndexOf('/');
        var folder = cut < 0 ? "" : path[..cut];
        var entry = new TreeEntry(path[(cut + 1)..], path, kind, bytes);
        if (!_entries.TryAdd(path, entry))
        {
            throw new ArgumentException($"\"{path}\" is there twice", nameof(path));
        }

        if (!_folders.TryGetValue(folder, out var siblings))
        {
            _folders[folder] = siblings = [];
            Add(folder, TreeEntryKind.Folder, 0);
        }

        siblings.Add(entry);
    }
}
