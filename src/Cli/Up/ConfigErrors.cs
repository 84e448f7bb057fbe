using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Contracts.Loading;

namespace GlobalGateway.Cli.Up;

/// <summary>Says what is wrong in a configuration that a fleet should start with.</summary>
internal static class ConfigErrors
{
    private const int ShownMax = 20;

    public static string Text(LoadResult loaded)
    {
        var shown = loaded.Errors.Take(ShownMax).Select(error => Relative(error.ToString()));
        var more = loaded.Errors.Count > ShownMax ? $"\n  and {loaded.Errors.Count - ShownMax} more" : "";
        return $"{string.Join("\n✗ ", shown)}{more}\n{Counted.Of(loaded.Errors.Count, "error")} in {loaded.FilesWithErrors} of {Counted.Of(loaded.FileCount, "file")}; no edge can start without a valid configuration.";
    }

    private static string Relative(string text) => text.Replace(Repository.Root + "/", "", StringComparison.Ordinal);
}
