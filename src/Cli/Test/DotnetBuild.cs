using GlobalGateway.Cli.CommandLine;

namespace GlobalGateway.Cli.Test;

/// <summary>Builds a project, or a solution, in the configuration everything runs in.</summary>
internal static class DotnetBuild
{
    public static async Task<bool> RunAsync(string project, Action<string> say, CancellationToken cancellation)
    {
        var lines = new BoundedLines(400);
        var exit = await ChildProgram.RunAsync(
            "dotnet", ["build", Repository.PathOf(project), "-c", "Release", "-nologo", "-v", "quiet", "-clp:NoSummary"], lines.Add, cancellation);
        if (exit == 0)
        {
            return true;
        }

        foreach (var line in lines.ToArray().Where(line => line.Contains("error", StringComparison.Ordinal)).Distinct().Take(20).DefaultIfEmpty(lines.Last ?? ""))
        {
            say(line.Replace(Repository.Root + "/", "", StringComparison.Ordinal));
        }

        say($"✗ {project} does not build");
        return false;
    }
}
