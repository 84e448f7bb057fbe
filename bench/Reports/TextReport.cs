using System.Globalization;
using GlobalGateway.Bench.Measuring;

namespace GlobalGateway.Bench.Reports;

/// <summary>The results for people.</summary>
internal static class TextReport
{
    public static void Write(TextWriter output, IReadOnlyList<Measurement> results)
    {
        foreach (var group in results.GroupBy(result => result.Scenario.Group))
        {
            var streams = group.First().Scenario.Streams;
            output.WriteLine();
            output.WriteLine($"{"",-22}{"req/s",8}{"p50 ms",9}{"p99 ms",9}{"CPU µs/req",12}{"RSS MiB",9}{(streams ? $"{"1st token ms",14}{"tokens/s",10}" : "")}");
            foreach (var result in group)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{result.Scenario.Name,-14}{result.Target,-8}{result.RequestsPerSecond,8:0}{result.P50Ms,9:0.00}{result.P99Ms,9:0.00}{result.CpuMicrosPerRequest,12:0.0}{result.RssMiB,9:0}")
                    + (streams ? string.Create(CultureInfo.InvariantCulture, $"{result.FirstTokenP50Ms,14:0.00}{result.TokensPerSecond,10:0}") : ""));
            }
        }

        output.WriteLine();
        output.WriteLine("CPU per request, edge against the others:");
        foreach (var (name, value) in Ratios.Of(results).Where(ratio => ratio.Name.EndsWith(" cpu", StringComparison.Ordinal)))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-30}{value,6:0.00}×"));
        }

        if (Ratios.Translation(results) is { } translation)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {"translated/same dialect, 2 KB cpu",-30}{translation,6:0.00}×"));
        }

        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Generator, upstream and proxy share {Environment.ProcessorCount} cores: requests/s and latency are those of all three together; CPU per request is the proxy's own."));
        output.WriteLine("Every answer's SHA-256 was checked.");
    }
}
