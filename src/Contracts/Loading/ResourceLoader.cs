using System.Text.RegularExpressions;
using GlobalGateway.Contracts.Loading.Trees;
using GlobalGateway.Contracts.Loading.Yaml;
using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Contracts.Loading;

/// <summary>Reads folders of resources: every error is reported, and only a set without any is given out.</summary>
public static partial class ResourceLoader
{
    /// <summary>Reads a folder, below it all <c>*.yaml</c>, and the bases that its <c>overlay.yaml</c> names.</summary>
    public static LoadResult Load(string directory) => Load(DiskTree.Instance, DiskTree.Instance.Resolve(directory, "."));

    /// <param name="folder">A path of the tree.</param>
    public static LoadResult Load(ISourceTree tree, string folder)
    {
        var errors = new LoadErrors();
        var source = new SourceFolder(tree, errors);
        try
        {
            source.Gather(folder);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // A folder that is being moved away under the reader; the next look will find the new state.
            errors.AddFile(tree.Display(folder), "cannot be read");
        }

        return Load(source.Layers, source.FileCount, errors);
    }

    /// <summary>Reads files held in memory as one folder.</summary>
    public static LoadResult Load(IReadOnlyList<SourceFile> files) => Load([files], files.Count, new LoadErrors());

    /// <summary>Reads one resource of a file without looking at what it refers to elsewhere.</summary>
    /// <param name="id">Such as <c>Tenant/acme</c>.</param>
    /// <returns>Nothing when the file has it not, or twice, or with a mistake.</returns>
    public static Resource? Alone(SourceFile file, string id)
    {
        var errors = new LoadErrors();
        var documents = new List<YamlNode>();
        YamlDocuments.Read(file.Path, file.Text, errors, documents);
        var found = documents.Select(document => DocumentReader.Read(file.Path, document, 0, errors)).Where(loaded => loaded?.Resource.Id == id).ToList();
        return found is [{ } only] && !errors.Sorted().Any(error => error.Resource == id || error.Resource.Length == 0) ? only.Resource : null;
    }

    /// <summary>The environments in a folder: itself when it is one, else those below that have an <c>overlay.yaml</c>.</summary>
    public static IReadOnlyList<string> Environments(string directory)
    {
        if (!Directory.Exists(directory) || File.Exists(Path.Combine(directory, SourceFolder.OverlayFile)))
        {
            return [directory];
        }

        var below = Directory.EnumerateDirectories(directory)
            .Where(folder => File.Exists(Path.Combine(folder, SourceFolder.OverlayFile)))
            .Order(StringComparer.Ordinal)
            .ToList();
        return below.Count > 0 ? below : [directory];
    }

    /// <summary>The folders whose files the result depends on: the folder and its bases.</summary>
    public static IReadOnlyList<string> Folders(string directory)
    {
        var folders = new List<string>();
        for (string? next = Path.GetFullPath(directory); next is not null && folders.Count < LoadLimits.OverlaysMax && Directory.Exists(next);)
        {
            folders.Add(next);
            next = SourceFolder.PeekBase(DiskTree.Instance, next);
        }

        return folders;
    }

    /// <summary>Whether a file of this name is read.</summary>
    public static bool IsResourceFile(string name) => SourceFolder.IsResourceFile(name);

    private static LoadResult Load(IReadOnlyList<IReadOnlyList<SourceFile>> layers, int fileCount, LoadErrors errors)
    {
        var merged = new Dictionary<string, LoadedResource>(StringComparer.Ordinal);
        var unreadable = new HashSet<string>(StringComparer.Ordinal);
        for (var layer = 0; layer < layers.Count; layer++)
        {
            foreach (var file in layers[layer])
            {
                Read(file, layer, merged, unreadable, errors);
            }
        }

        new CrossChecks(merged, unreadable).Run();
        if (errors.Count > 0)
        {
            return new LoadResult(null, errors.Sorted(), fileCount, new Dictionary<string, ResourceSource>());
        }

        return new LoadResult(
            ResourceSet.Of(merged.Values.Select(loaded => loaded.Resource)),
            [],
            fileCount,
            merged.ToDictionary(entry => entry.Key, entry => entry.Value.Source, StringComparer.Ordinal));
    }

    private static void Read(
        SourceFile file, int layer, Dictionary<string, LoadedResource> merged, HashSet<string> unreadable, LoadErrors errors)
    {
        if (file.Text.Length > LoadLimits.FileBytesMax)
        {
            errors.AddFile(file.Path, $"{file.Text.Length:#,0} characters, a file may have {LoadLimits.FileBytesMax:#,0}");
            return;
        }

        var documents = new List<YamlNode>();
        if (!YamlDocuments.Read(file.Path, file.Text, errors, documents))
        {
            // What the file meant to define cannot be told, so its names are not called missing elsewhere.
            unreadable.UnionWith(NameInText().Matches(file.Text).Take(LoadLimits.ResourcesMax).Select(match => match.Groups[1].Value));
        }

        foreach (var document in documents)
        {
            if (DocumentReader.Read(file.Path, document, layer, errors) is not { } loaded)
            {
                continue;
            }

            var id = loaded.Resource.Id;
            if (!merged.TryGetValue(id, out var earlier))
            {
                if (merged.Count == LoadLimits.ResourcesMax)
                {
                    errors.AddFile(file.Path, $"more than {LoadLimits.ResourcesMax:#,0} resources");
                    return;
                }

                merged.Add(id, loaded);
            }
            else if (earlier.Layer == layer)
            {
                loaded.Context.Add("metadata.name", $"{id} is already defined at {earlier.Source}");
            }
            else
            {
                merged[id] = loaded with { Source = loaded.Source.Replacing(earlier.Source) };
            }
        }
    }

    [GeneratedRegex(@"\bname:\s*[""']?([a-z0-9][a-z0-9-]{0,62})")]
    private static partial Regex NameInText();
}
