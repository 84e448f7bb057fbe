using System.Text.RegularExpressions;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Contracts.Canonical;
using GlobalGateway.Contracts.Loading;
using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Cli.Validate;

/// <summary>Reads every environment of a folder and reports it.</summary>
internal static partial class ValidateRun
{
    public static int Run(string folder, bool merged, bool json)
    {
        if (!Directory.Exists(folder))
        {
            throw new CommandException($"gg validate: no folder \"{folder}\".", ExitCode.WrongCall);
        }

        var environments = ResourceLoader.Environments(folder).Select(path => (Path: path, Result: ResourceLoader.Load(path))).ToArray();
        if (json)
        {
            WriteJson(environments);
        }
        else
        {
            WriteText(environments, merged);
        }

        return environments.Any(environment => environment.Result.Resources is null) ? ExitCode.Failed : ExitCode.Done;
    }

    private static void WriteText((string Path, LoadResult Result)[] environments, bool merged)
    {
        // Overlays share a base: its mistakes are said once.
        var errors = environments.SelectMany(environment => environment.Result.Errors).Select(error => error.ToString()).Distinct().ToArray();
        foreach (var error in errors)
        {
            Console.WriteLine($"✗ {error}");
        }

        foreach (var (path, result) in environments)
        {
            if (result.Resources is not { } resources)
            {
                continue;
            }

            Console.WriteLine($"✓ {path}: {Summary(resources)} in {result.FileCount} files, rev {Revision(resources)}");
            if (merged)
            {
                WriteMerged(result);
            }
        }

        if (errors.Length > 0)
        {
            var files = environments.SelectMany(environment => environment.Result.Errors).Select(error => error.File).Distinct().Count();
            var read = environments.Max(environment => environment.Result.FileCount);
            Console.WriteLine($"{Counted.Of(errors.Length, "error")} in {files} of {Counted.Of(read, "file")}; nothing was changed.");
        }
    }

    private static void WriteMerged(LoadResult result)
    {
        foreach (var resource in result.Resources!.All())
        {
            var source = result.Sources[resource.Id];
            Console.WriteLine($"{resource.Id}   {source}{(source.Replaces is { } replaced ? $" replaces {replaced}" : "")}");
            foreach (var value in source.Values().Where(value => value.Path.StartsWith("spec", StringComparison.Ordinal)))
            {
                Console.WriteLine($"  {value.Path}: {value.Text}   :{value.Line}");
            }
        }
    }

    private static void WriteJson((string Path, LoadResult Result)[] environments) => Json.Write(writer =>
    {
        writer.WriteBoolean("valid", environments.All(environment => environment.Result.Resources is not null));
        writer.WriteStartArray("environments");
        foreach (var (path, result) in environments)
        {
            writer.WriteStartObject();
            writer.WriteString("folder", path);
            writer.WriteNumber("files", result.FileCount);
            if (result.Resources is { } resources)
            {
                writer.WriteString("revision", ContentHash.Of(resources));
                writer.WriteNumber("resources", resources.All().Count());
            }

            writer.WriteStartArray("errors");
            foreach (var error in result.Errors)
            {
                writer.WriteStartObject();
                writer.WriteString("file", error.File);
                writer.WriteNumber("line", error.Line);
                writer.WriteNumber("column", error.Column);
                writer.WriteString("resource", error.Resource);
                writer.WriteString("path", error.Path);
                writer.WriteString("message", error.Message);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    private static string Summary(ResourceSet resources) =>
        string.Join(", ", resources.All().GroupBy(resource => resource.Kind).OrderByDescending(kind => kind.Count())
            .Select(kind => Counted.Of(kind.Count(), Words().Replace(kind.Key, " $1").TrimStart().ToLowerInvariant())));

    private static string Revision(ResourceSet resources) => ContentHash.Revision(ContentHash.Of(resources));

    [GeneratedRegex("([A-Z])")]
    private static partial Regex Words();
}
