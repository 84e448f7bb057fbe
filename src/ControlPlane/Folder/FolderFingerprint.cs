using GlobalGateway.Contracts.Loading;

namespace GlobalGateway.ControlPlane.Folder;

/// <summary>Tells whether any file of a source may have changed, from names, sizes and times alone.</summary>
public static class FolderFingerprint
{
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true, MaxRecursionDepth = LoadLimits.FolderDepthMax, AttributesToSkip = FileAttributes.Hidden, IgnoreInaccessible = true,
    };

    public static int Of(IEnumerable<string> folders)
    {
        var hash = default(HashCode);
        foreach (var folder in folders)
        {
            hash.Add(folder, StringComparer.Ordinal);
            foreach (var file in Files(folder))
            {
                hash.Add(file.FullName, StringComparer.Ordinal);
                hash.Add(file.Exists ? file.Length : -1);
                hash.Add(file.LastWriteTimeUtc);
            }
        }

        return hash.ToHashCode();
    }

    private static IEnumerable<FileInfo> Files(string folder) => Directory.Exists(folder)
        ? new DirectoryInfo(folder).EnumerateFiles("*", Everything)
            .Where(file => ResourceLoader.IsResourceFile(file.Name))
            .OrderBy(file => file.FullName, StringComparer.Ordinal)
        : [];
}
