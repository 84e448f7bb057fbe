using System.Diagnostics;
using System.Globalization;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Cli.Test;

namespace GlobalGateway.Cli.Spec;

/// <summary>Runs TLC on one configuration within a time limit; everything it says is kept in a file.</summary>
internal static class TlcRun
{
    private static readonly string[] Memory = ["-Xmx3g", "-XX:+UseParallelGC"];

    public static string LogOf(SpecConfiguration configuration) => Repository.PathOf("artifacts", "spec", configuration.Name + ".out");

    /// <param name="onStates">Told how many distinct states there are so far.</param>
    public static async Task<SpecResult> RunAsync(
        SpecTools tools, SpecConfiguration configuration, TimeSpan limit, Action<long> onStates, CancellationToken cancellation)
    {
        var work = Directory.CreateTempSubdirectory("gg-spec-");
        var log = LogOf(configuration);
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        var watch = Stopwatch.StartNew();
        var output = new TlcOutput();
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(limit);
        try
        {
            await using var file = new StreamWriter(log);
            using var lines = TextWriter.Synchronized(file);
            var workers = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture);
            string[] arguments = [.. Memory, "-cp", tools.Jar, "tlc2.TLC", "-workers", workers, "-metadir", work.FullName, "-config", configuration.Path, configuration.Module];
            var exit = await ChildProgram.RunAsync(tools.Java, arguments, line =>
            {
                lines.WriteLine(line);
                output.Add(line);
                onStates(output.DistinctStates);
            }, limited.Token, Repository.PathOf("docs", "spec"));
            var (outcome, detail) = output.Judge(exit);
            return new SpecResult(configuration, outcome, output.DistinctStates, detail, watch.Elapsed);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new SpecResult(configuration, SpecOutcome.TimedOut, output.DistinctStates, null, watch.Elapsed);
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }
}
