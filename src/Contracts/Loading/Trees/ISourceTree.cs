namespace GlobalGateway.Contracts.Loading.Trees;

/// <summary>Folders and files of configuration, wherever they are kept: on a disk, in a commit, in a request.</summary>
public interface ISourceTree
{
    /// <summary>How messages name a path.</summary>
    string Display(string path);

    /// <summary>The path of something named relative to a folder; absent when that would lead out of the tree.</summary>
    string? Resolve(string folder, string relative);

    bool HasFolder(string path);

    bool HasFile(string path);

    /// <summary>What is directly in a folder, in the order of its names.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    IReadOnlyList<TreeEntry> Entries(string folder);

    /// <exception cref="IOException">It cannot be read.</exception>
    byte[] Read(string path);
}

/// <param name="Bytes">Of a file; else 0.</param>
public readonly record struct TreeEntry(string Name, string Path, TreeEntryKind Kind, long Bytes);

public enum TreeEntryKind
{
    File,
    Folder,
    SymbolicLink,
    Submodule,
}
