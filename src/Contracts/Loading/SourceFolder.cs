using System.Text;
using GlobalGateway.Contracts.Loading.Yaml;

namespace GlobalGateway.Contracts.Loading;

/// <summary>The text of one file of resources.</summary>
/// <param name="Path">As messages show it.</param>
public sealed record SourceFile(string Path, string Text);

/// <summary>Gathers the files of a folder and of the bases its <c>overlay.yaml</c> names, innermost base first.</summary>
internal sealed class SourceFolder(LoadErrors errors)
{
    public const string OverlayFile = "overlay.yaml";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<IReadOnlyList<SourceFile>> _layers = [];
    private readonly HashSet<string> _visited = new(StringComparer.Ordinal);
    private long _bytes;
    private int _files;

    public IReadOnlyList<IReadOnlyList<SourceFile>> Layers => _layers;

    public int FileCount => _files;

    public void Gather(string directory)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        if (!Directory.Exists(full))
        {
            errors.AddFile(Display(full), "no such folder");
            return;
        }

        if (_visited.Count == LoadLimits.OverlaysMax || !_visited.Add(full))
        {
            errors.AddFile(Display(full), _visited.Contains(full) ? "is its own base" : $"more than {LoadLimits.OverlaysMax} overlays on one another");
            return;
        }

        var overlay = Path.Combine(full, OverlayFile);
        if (File.Exists(overlay) && BaseOf(overlay) is { } @base)
        {
            Gather(Path.Combine(full, @base));
        }

        var files = new List<SourceFile>();
        Collect(full, 0, files);
        _layers.Add(files);
    }

    /// <summary>The base that a folder's overlay names, without reporting what is wrong with it.</summary>
    public static string? PeekBase(string directory)
    {
        var overlay = Path.Combine(directory, OverlayFile);
        return File.Exists(overlay) ? new SourceFolder(new LoadErrors()).BaseOf(overlay) : null;
    }

    public static bool IsResourceFile(string path) =>
        Path.GetFileName(path) is var name && !name.StartsWith('.')
        && (name.EndsWith(".yaml", StringComparison.Ordinal) || name.EndsWith(".yml", StringComparison.Ordinal));

    private void Collect(string directory, int depth, List<SourceFile> files)
    {
        if (depth > LoadLimits.FolderDepthMax)
        {
            errors.AddFile(Display(directory), $"folders deeper than {LoadLimits.FolderDepthMax} levels");
            return;
        }

        foreach (var path in Directory.EnumerateFiles(directory).Where(IsResourceFile).Order(StringComparer.Ordinal))
        {
            if (Path.GetFileName(path) == OverlayFile)
            {
                continue;
            }

            if (++_files > LoadLimits.FilesMax)
            {
                errors.AddFile(Display(directory), $"more than {LoadLimits.FilesMax} files");
                return;
            }

            if (ReadText(path) is { } text)
            {
                files.Add(new SourceFile(Display(path), text));
            }
        }

        foreach (var folder in Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal))
        {
            if (Path.GetFileName(folder).StartsWith('.') || File.Exists(Path.Combine(folder, OverlayFile)))
            {
                continue;
            }

            if (new DirectoryInfo(folder).LinkTarget is not null)
            {
                errors.AddFile(Display(folder), "is a symbolic link; links are not followed");
                continue;
            }

            Collect(folder, depth + 1, files);
        }
    }

    private string? ReadText(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.LinkTarget is not null)
            {
                errors.AddFile(Display(path), "is a symbolic link; links are not followed");
                return null;
            }

            if (file.Length > LoadLimits.FileBytesMax || (_bytes += file.Length) > LoadLimits.FolderBytesMax)
            {
                errors.AddFile(Display(path), file.Length > LoadLimits.FileBytesMax
                    ? $"{file.Length:#,0} bytes, a file may have {LoadLimits.FileBytesMax:#,0}"
                    : $"all files together have more than {LoadLimits.FolderBytesMax:#,0} bytes");
                return null;
            }

            return StrictUtf8.GetString(File.ReadAllBytes(path)).TrimStart('\uFEFF');
        }
        catch (ArgumentException)
        {
            errors.AddFile(Display(path), "is not UTF-8 text");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            errors.AddFile(Display(path), problem is UnauthorizedAccessException ? "may not be read by this user" : "cannot be read");
        }

        return null;
    }

    private string? BaseOf(string overlay)
    {
        var documents = new List<YamlNode>();
        _files++;
        if (ReadText(overlay) is not { } text || !YamlDocuments.Read(Display(overlay), text, errors, documents))
        {
            return null;
        }

        if (documents is not [YamlMap map])
        {
            errors.AddFile(Display(overlay), "is not an overlay; it holds one field: base: ../base");
            return null;
        }

        var reader = new SpecReader(new LoadContext(Display(overlay), "", map, errors), map, "");
        var path = reader.Required("base", Forms.Text());
        reader.Finish();
        if (path is not null && Path.IsPathRooted(path))
        {
            reader.Add("base", "is an absolute path; name the base relative to this folder");
            return null;
        }

        if (path is not null && !Directory.Exists(Path.Combine(Path.GetDirectoryName(overlay)!, path)))
        {
            reader.Add("base", $"no folder {Forms.Quote(path)}");
            return null;
        }

        return path;
    }

    /// <summary>Relative to where the program was called, as a person would type it.</summary>
    private static string Display(string full)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, full);
        return relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? full : relative;
    }
}
