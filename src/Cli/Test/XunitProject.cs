using GlobalGateway.Cli.CommandLine;

namespace GlobalGateway.Cli.Test;

/// <summary>A test project: run as the executable it is.</summary>
/// <param name="only">A trait such as <see cref="Campaign"/>: only the tests that have it are run. Without one, all that have neither.</param>
internal sealed class XunitProject(string folder, string? only = null) : ITestPart
{
    /// <summary>Marks tests that take too long for every run.</summary>
    public const string Campaign = "campaign=yes";

    /// <summary>Marks tests that belong to what the suite <c>config</c> shows, wherever they are.</summary>
    public const string Config = "suite=config";

    private readonly string _name = Path.GetFileName(folder);

    public string Project => $"{folder}/{_name}.csproj";

    public async Task<bool> PrepareAsync(Action<string> say, CancellationToken cancellation)
    {
        foreach (var lockFile in Directory.EnumerateFiles(Repository.PathOf(folder), "package-lock.json", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/node_modules/", StringComparison.Ordinal)))
        {
            if (!await NodePackage.InstallAsync(Path.GetDirectoryName(lockFile)!, say, cancellation))
            {
                return false;
            }
        }

        return true;
    }

    public async Task<TestResults> RunAsync(string? classFilter, Action<string> say, CancellationToken cancellation)
    {
        var report = Repository.PathOf("artifacts", "tests", $"{_name}{(only is null ? "" : $"-{only}")}.xml");
        Directory.CreateDirectory(Path.GetDirectoryName(report)!);
        File.Delete(report);
        string[] arguments = [Repository.PathOf("artifacts", "bin", _name, "release", $"GlobalGateway.{_name}.dll"),
            "-noLogo", "-noColor", "-showLiveOutput", "-xml", report,
            .. only is null ? ["-trait-", Campaign, "-trait-", Config] : (string[])["-trait", only], .. classFilter is null ? Array.Empty<string>() : ["-class", classFilter]];
        var last = new BoundedLines(30);
        var exit = await ChildProgram.RunAsync("dotnet", arguments, line =>
        {
            last.Add(line);
            if (!IsChatter(line))
            {
                say(line);
            }
        }, cancellation);

        if (XunitReport.Read(report) is { } results)
        {
            return exit != 0 && results.Counts is { Failed: 0, Passed: > 0 }
                ? results + TestResults.Failure(_name, $"ended with code {exit}, and no test failed: {last.Last}")
                : results;
        }

        var why = $"ended with code {exit} and no report: {last.Last}";
        say($"✗ {_name} {why}");
        return TestResults.Failure(_name, why);
    }

    /// <summary>Lines that say nothing about a failure: the runner's, the property checker's, and logs of servers within the tests.</summary>
    private static bool IsChatter(string line) =>
        line.TrimStart() is var text && (text.StartsWith("{\"time\":", StringComparison.Ordinal) || text.StartsWith("Discover", StringComparison.Ordinal) || text.StartsWith("Starting:", StringComparison.Ordinal)
            || text.StartsWith("Finished:", StringComparison.Ordinal) || text.StartsWith("=== ", StringComparison.Ordinal)
            || text.StartsWith("Ok, passed ", StringComparison.Ordinal)
            || text.StartsWith("GlobalGateway.", StringComparison.Ordinal) && text.Contains("Total:", StringComparison.Ordinal));
}
