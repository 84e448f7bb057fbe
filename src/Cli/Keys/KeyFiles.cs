using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Contracts.Loading;

namespace GlobalGateway.Cli.Keys;

/// <summary>Finds the file in which a tenant is written.</summary>
internal static class KeyFiles
{
    /// <param name="file">Named by the caller; absent, the folder is searched.</param>
    public static KeyFile Open(string? file, string folder, string tenant)
    {
        if (file is not null)
        {
            return KeyFile.Open(file, tenant);
        }

        if (!Directory.Exists(folder))
        {
            throw new CommandException($"No folder {folder}; name the tenant's file with --file.", ExitCode.WrongCall);
        }

        var found = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => ResourceLoader.IsResourceFile(Path.GetFileName(path)) && new FileInfo(path).Length <= LoadLimits.FileBytesMax)
            .Where(path => ResourceLoader.Alone(new SourceFile(path, File.ReadAllText(path)), $"Tenant/{tenant}") is not null)
            .Order(StringComparer.Ordinal).ToList();
        return found switch
        {
            [var only] => KeyFile.Open(only, tenant),
            [] => throw new CommandException($"No file in {folder} has Tenant/{tenant}; name it with --file, or the folder with --in.", ExitCode.WrongCall),
            _ => throw new CommandException($"Tenant/{tenant} is in {string.Join(" and ", found)}; say which with --file.", ExitCode.WrongCall),
        };
    }
}
