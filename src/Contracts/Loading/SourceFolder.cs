using System.Text;
using GlobalGateway.Contracts.Loading.Trees;
using GlobalGateway.Contracts.Loading.Yaml;

namespace GlobalGateway.Contracts.Loading;

/// <summary>The text of one file of resources.</summary>
/// <param name="Path">As messages show it.</param>
public sealed record SourceFile(string Path, string Text);

/// <summary>Gathers the files of a folder and of the bases its <c>overlay.yaml</c> names, innermost base first.</summary>
internal sealed class SourceFolder(ISourceTree tree, LoadErrors errors)
{
    public const string OverlayFile = "overlay.yaml";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<IReadOnlyList<SourceFile>> _layers = [];
    private readonly HashSet<string> _visited = new(StringComparer.Ordinal);
    private long _bytes;
    private int _files;

    public IReadOnlyList<IReadOnlyList<SourceFile>> Layers => _layers;

    public int FileCount => _files;

    /// <param name="folder">A path of the tree.</param>
    public void Gather(string folder)
    {
        if (!tree.HasFolder(folder))
        {
            errors.AddFile(tree.Display(folder), "no such folder");
            return;
        }

        if (_visited.Count == LoadLimits.OverlaysMax || !_visited.Add(folder))
        {
            errors.AddFile(tree.Display(folder), _visited.Contains(folder) ? "is its own base" : $"more than {LoadLimits.OverlaysMax} overlays on one another");
            return;
        }

        if (BaseOf(folder) is { } @base)
        {
            Gather(@base);
        }

        var files = new List<SourceFile>();
        Collect(folder, 0, files);
        _layers.Add(files);
    }

    /// <summary>The base that a folder's overlay names, without reporting what is wrong with it.</summary>
    public static string? PeekBase(ISourceTree tree, string folder) => new SourceFolder(tree, new LoadErrors()).BaseOf(folder);

    public static bool IsResourceFile(string name) =>
        !name.StartsWith('.') && (name.EndsWith(".yaml", StringComparison.Ordinal) || name.EndsWith(".yml", StringComparison.Ordinal));

    private void Collect(string folder, int depth, List<SourceFile> files)
    {
        if (depth > LoadLimits.FolderDepthMax)
        {
            errors.AddFile(tree.Display(folder), $"folders deeper than {LoadLimits.FolderDepthMax} levels");
            return;
        }

        var below = new List<TreeEntry>();
        foreach (var entry in tree.Entries(folder))
        {
            switch (entry.Kind)
            {
                case TreeEntryKind.Folder:
                    below.Add(entry);
                    break;
                case TreeEntryKind.Submodule:
                    errors.AddFile(tree.Display(entry.Path), "is a submodule; submodules are not followed");
                    break;
                case TreeEntryKind.SymbolicLink when !entry.Name.StartsWith('.'):
                    errors.AddFile(tree.Display(entry.Path), "is a symbolic link; links are not followed");
                    break;
                case TreeEntryKind.File when IsResourceFile(entry.Name) && entry.Name != OverlayFile:
                    if (++_files > LoadLimits.FilesMax)
                    {
                        errors.AddFile(tree.Display(folder), $"more than {LoadLimits.FilesMax} files");
                        return;
                    }

                    if (ReadText(entry) is { } text)
                    {
                        files.Add(new SourceFile(tree.Display(entry.Path), text));
                    }

                    break;
            }
        }

        foreach (var entry in below.Where(entry => !entry.Name.StartsWith('.') && !tree.HasFile(tree.Resolve(entry.Path, OverlayFile)!)))
        {
            Collect(entry.Path, depth + 1, files);
        }
    }

    private string? ReadText(TreeEntry entry)
    {
        if (entry.Bytes > LoadLimits.FileBytesMax || (_bytes += entry.Bytes) > LoadLimits.FolderBytesMax)
        {
            errors.AddFile(tree.Display(entry.Path), entry.Bytes > LoadLimits.FileBytesMax
                ? $"{entry.Bytes:#,0} bytes, a file may have {LoadLimits.FileBytesMax:#,0}"
                : $"all files together have more than {LoadLimits.FolderBytesMax:#,0} bytes");
            return null;
        }

        try
        {
            return StrictUtf8.GetString(tree.Read(entry.Path)).TrimStart('\uFEFF');
        }
        catch (ArgumentException)
        {
            errors.AddFile(tree.Display(entry.Path), "is not UTF-8 text");
        }
        catch (IOException problem)
        {
            errors.AddFile(tree.Display(entry.Path), problem.GetType() == typeof(IOException) ? problem.Message : "cannot be read");
        }

        return null;
    }

    private string? BaseOf(string folder)
    {
        var overlay = tree.Entries(folder).FirstOrDefault(entry => entry is { Name: OverlayFile, Kind: TreeEntryKind.File });
        if (overlay.Path is null)
        {
            return null;
        }

        var documents = new List<YamlNode>();
        var shown = tree.Display(overlay.Path);
        _files++;
        if (ReadText(overlay) is not { } text || !YamlDocuments.Read(shown, text, errors, documents))
        {
            return null;
        }

        if (documents is not [YamlMap map])
        {
            errors.AddFile(shown, "is not an overlay; it holds one field: base: ../base");
            return null;
        }

        var reader = new SpecReader(new LoadContext(shown, "", map, errors), map, "");
        var path = reader.Required("base", Forms.Text());
        reader.Finish();
        if (path is null)
        {
            return null;
        }

        if (Path.IsPathRooted(path))
        {
            reader.Add("base", "is an absolute path; name the base relative to this folder");
            return null;
        }

        if (tree.Resolve(folder, path) is not { } @base || !tree.HasFolder(@base))
        {
            reader.Add("base", $"no folder {Forms.Quote(path)}");
            return null;
        }

        return @base;
    }
}
