using System.Text.Json.Nodes;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Contracts.Loading;

namespace GlobalGateway.Cli.Apply;

/// <summary>A folder of resources with the folders of its bases, as the API takes it.</summary>
internal static class ConfigurationUpload
{
    /// <exception cref="CommandException">There is no such folder, or it has mistakes: these are said before anything is sent.</exception>
    public static JsonObject Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new CommandException($"No folder \"{folder}\".", ExitCode.WrongCall);
        }

        if (ResourceLoader.Environments(folder) is not [var environment])
        {
            throw new CommandException($"{folder} holds several environments: {string.Join(", ", ResourceLoader.Environments(folder))}. Name one of them.", ExitCode.WrongCall);
        }

        if (ResourceLoader.Load(environment) is { Errors: { Count: > 0 } errors } loaded)
        {
            foreach (var error in errors)
            {
                Console.Error.WriteLine($"✗ {error}");
            }

            throw new CommandException($"{Counted.Of(errors.Count, "error")} in {loaded.FilesWithErrors} of {Counted.Of(loaded.FileCount, "file")}; nothing was sent.");
        }

        var folders = ResourceLoader.Folders(environment);
        var root = CommonRoot(folders);
        var files = folders.SelectMany(each => Directory.EnumerateFiles(each, "*", SearchOption.AllDirectories))
            .Where(path => ResourceLoader.IsResourceFile(Path.GetFileName(path))).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return new JsonObject
        {
            ["folder"] = Relative(root, folders[0]),
            ["files"] = new JsonArray([.. files.Select(path => new JsonObject { ["path"] = Relative(root, path), ["text"] = File.ReadAllText(path) })]),
        };
    }

    private static string Relative(string root, string path) => Path.GetRelativePath(root, path) is var relative && relative == "." ? "" : relative.Replace(Path.DirectorySeparatorChar, '/');

    private static string CommonRoot(IReadOnlyList<string> folders)
    {
        var root = folders[0];
        while (folders.Any(folder => folder != root && !folder.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
        {
            root = Path.GetDirectoryName(root)!;
        }

        return root;
    }
}
