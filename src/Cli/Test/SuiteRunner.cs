using System.Diagnostics;
using System.Globalization;

namespace GlobalGateway.Cli.Test;

/// <summary>Builds what suites need, then runs one after the other, each within its limit, and says each one's counts.</summary>
internal sealed class SuiteRunner(TextWriter output, string? classFilter)
{
    private const string Everything = "GlobalGateway.sln";

    public async Task<IReadOnlyDictionary<Suite, TestResults>> RunAsync(IReadOnlyList<Suite> suites, CancellationToken cancellation)
    {
        var all = new Dictionary<Suite, TestResults>();
        if (!await BuildAsync(suites, cancellation))
        {
            return suites.ToDictionary(suite => suite, suite => TestResults.Failure(suite.Name, "not run: the tests do not build, as said above"));
        }

        foreach (var suite in suites)
        {
            Say($"{suite.Name}: {suite.Summary}");
            var watch = Stopwatch.StartNew();
            all[suite] = await RunAsync(suite, cancellation);
            Say(string.Create(CultureInfo.InvariantCulture, $"{suite.Name} took {watch.Elapsed.TotalSeconds:0.0} s"));
            Say(all[suite].Counts.ToString());
        }

        return all;
    }

    /// <summary>Everything at once where several projects are to be built: what they share is looked at once, and both processors are used.</summary>
    private async Task<bool> BuildAsync(IReadOnlyList<Suite> suites, CancellationToken cancellation)
    {
        var projects = suites.SelectMany(suite => suite.Parts).Select(part => part.Project).OfType<string>().Distinct().ToArray();
        if (projects.Length == 0)
        {
            return true;
        }

        var watch = Stopwatch.StartNew();
        var built = await DotnetBuild.RunAsync(projects.Length == 1 ? projects[0] : Everything, Say, cancellation);
        Say(string.Create(CultureInfo.InvariantCulture, $"the build took {watch.Elapsed.TotalSeconds:0.0} s"));
        return built;
    }

    private async Task<TestResults> RunAsync(Suite suite, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(suite.Limit);
        var results = TestResults.None;
        try
        {
            if (await DebianInstall.EnsureAsync(suite.Needs, Say, limited.Token) is { } missing)
            {
                return Fail(suite, missing);
            }

            foreach (var part in suite.Parts)
            {
                results += await part.PrepareAsync(Say, limited.Token)
                    ? await part.RunAsync(classFilter, Say, limited.Token)
                    : TestResults.Failure(suite.Name, "what it needs could not be installed, as said above");
            }

            return results;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return results + Fail(suite, string.Create(CultureInfo.InvariantCulture, $"was stopped: it took longer than its {suite.Limit.TotalMinutes:0.#} min"));
        }
    }

    private TestResults Fail(Suite suite, string why)
    {
        Say($"✗ {suite.Name} {why}");
        return TestResults.Failure(suite.Name, why);
    }

    private void Say(string line)
    {
        lock (output)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }
}
