namespace GlobalGateway.Cli.CommandLine;

/// <summary>Where the sources are: the folder of the launcher.</summary>
internal static class Repository
{
    private const string Mark = "GlobalGateway.sln";

    /// <summary>Told by the launcher, else found above this program or the current folder.</summary>
    public static string Root { get; } =
        Environment.GetEnvironmentVariable("GG_ROOT") is { Length: > 0 } told && File.Exists(Path.Combine(told, Mark)) ? told
        : Above(AppContext.BaseDirectory) ?? Above(Directory.GetCurrentDirectory())
        ?? throw new CommandException($"No {Mark} above {AppContext.BaseDirectory}. Run gg from a clone of the repository.");

    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    private static string? Above(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, Mark)))
            {
                return at.FullName;
            }
        }

        return null;
    }
}
