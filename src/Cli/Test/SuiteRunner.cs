using System.Diagnostics;
using System.Globalization;

namespace GlobalGateway.Cli.Test;

/// <summary>Runs suites one after the other, each within its limit, and says each one's counts.</summary>
internal sealed class SuiteRunner(TextWriter output, string? classFilter)
{
    public async Task<IReadOnlyDictionary<Suite, TestCounts>> RunAsync(IEnumerable<Suite> suites, CancellationToken cancellation)
    {
        var all = new Dictionary<Suite, TestCounts>();
        foreach (var suite in suites)
        {
            Say($"{suite.Name}: {suite.Summary}");
            var watch = Stopwatch.StartNew();
            all[suite] = await RunAsync(suite, cancellation);
            Say(string.Create(CultureInfo.InvariantCulture, $"{suite.Name} took {watch.Elapsed.TotalSeconds:0.0} s"));
            Say(all[suite].ToString());
        }

        return all;
    }

    private async Task<TestCounts> RunAsync(Suite suite, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(suite.Limit);
        var counts = new TestCounts();
        try
        {
            if (await DebianInstall.EnsureAsync(suite.Needs, Say, limited.Token) is { } missing)
            {
                Say($"✗ {suite.Name} {missing}");
                return TestCounts.OneFailure;
            }

            foreach (var part in suite.Parts)
            {
                counts += await part.PrepareAsync(Say, limited.Token)
                    ? await part.RunAsync(classFilter, Say, limited.Token)
                    : TestCounts.OneFailure;
            }

            return counts;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Say($"✗ {suite.Name} was stopped: it took longer than its {suite.Limit.TotalMinutes:0} min");
            return counts + TestCounts.OneFailure;
        }
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
