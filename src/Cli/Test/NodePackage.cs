using System.Globalization;
using System.Text.RegularExpressions;
using GlobalGateway.Cli.CommandLine;

namespace GlobalGateway.Cli.Test;

/// <summary>An npm package whose <c>npm test</c> runs <c>node --test</c>.</summary>
internal sealed partial class NodePackage(string folder) : ITestPart
{
    public string? Project => null;

    public async Task<bool> PrepareAsync(Action<string> say, CancellationToken cancellation) =>
        await InstallAsync(Repository.PathOf(folder), say, cancellation);

    /// <summary>Installs what the lock file names, unless that is already there.</summary>
    public static async Task<bool> InstallAsync(string path, Action<string> say, CancellationToken cancellation)
    {
        var installed = new FileInfo(Path.Combine(path, "node_modules", ".package-lock.json"));
        if (installed.Exists && installed.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(path, "package-lock.json")))
        {
            return true;
        }

        var lines = new BoundedLines(50);
        if (await ChildProgram.RunAsync("npm", ["ci", "--no-audit", "--no-fund", "--silent"], lines.Add, cancellation, path) == 0)
        {
            return true;
        }

        say($"✗ npm ci failed in {Path.GetRelativePath(Repository.Root, path)}: {lines.Last}");
        return false;
    }

    public async Task<TestResults> RunAsync(string? classFilter, Action<string> say, CancellationToken cancellation)
    {
        if (classFilter is not null)
        {
            return TestResults.None;
        }

        int? passed = null, failed = null;
        var skipped = 0;
        var lines = new BoundedLines(200);
        var exit = await ChildProgram.RunAsync("npm", ["test", "--silent"], line =>
        {
            lines.Add(line);
            if (Total().Match(line) is { Success: true } total)
            {
                var count = int.Parse(total.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
                switch (total.Groups[1].Value)
                {
                    case "pass": passed = count; break;
                    case "fail": failed = count; break;
                    default: skipped += count; break;
                }
            }
        }, cancellation, Repository.PathOf(folder), new Dictionary<string, string> { ["NODE_OPTIONS"] = "--test-reporter=tap" });

        var counts = passed is { } p && failed is { } f ? new TestCounts(p, f, skipped) : default;
        if (exit == 0 && counts.Failed == 0 && passed is not null)
        {
            return new TestResults(counts, []);
        }

        foreach (var line in lines.ToArray())
        {
            say(line);
        }

        var failure = FailedTest.Of($"npm test in {folder}", $"ended with code {exit}, its lines are above", where: null);
        return new TestResults(counts.Failed > 0 ? counts : counts + TestCounts.OneFailure, [failure]);
    }

    [GeneratedRegex(@"^# (pass|fail|skipped|todo) (\d+)$")]
    private static partial Regex Total();
}
