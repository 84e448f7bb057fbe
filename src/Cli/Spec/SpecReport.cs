using System.Globalization;
using System.Text.Json;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Contracts.Values;

namespace GlobalGateway.Cli.Spec;

/// <summary>What people and scripts read of a check.</summary>
internal static class SpecReport
{
    public static string Line(SpecResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(result.AsExpected ? '✓' : '✗')} {result.Configuration.Name,-27} {result.DistinctStates,9:N0} states  {Text(result)}, {result.Took.TotalSeconds:0.0} s");

    public static string Summary(IReadOnlyList<SpecResult> results)
    {
        var bad = results.Where(result => !result.AsExpected).Select(result => result.Configuration.Name).ToArray();
        return bad.Length == 0
            ? $"{results.Count(result => !result.Configuration.IsBug)} configurations clean, {results.Count(result => result.Configuration.IsBug)} bugs refuted"
            : $"✗ not as expected: {string.Join(", ", bad)}. What TLC said is in artifacts/spec.";
    }

    public static int List(IReadOnlyList<SpecConfiguration> chosen, bool json)
    {
        if (json)
        {
            Json.Write(writer =>
            {
                writer.WriteStartArray("configurations");
                foreach (var one in chosen)
                {
                    writer.WriteStartObject();
                    writer.WriteString("name", one.Name);
                    writer.WriteString("summary", one.Summary);
                    writer.WriteBoolean("bug", one.IsBug);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            });
        }
        else
        {
            foreach (var one in chosen)
            {
                Console.WriteLine($"{one.Name,-27} {one.Summary}");
            }
        }

        return ExitCode.Done;
    }

    /// <param name="missing">Why nothing was checked; null when something was.</param>
    public static int WriteJson(IReadOnlyList<SpecResult> results, string? missing)
    {
        var passed = missing is null && results.All(result => result.AsExpected);
        Json.Write(writer =>
        {
            writer.WriteBoolean("passed", passed);
            writer.WriteBoolean("skipped", missing is not null);
            writer.WriteString("reason", missing);
            writer.WriteStartArray("configurations");
            foreach (var result in results)
            {
                Write(writer, result);
            }

            writer.WriteEndArray();
        });
        return passed ? ExitCode.Done : ExitCode.Failed;
    }

    private static void Write(Utf8JsonWriter writer, SpecResult result)
    {
        writer.WriteStartObject();
        writer.WriteString("name", result.Configuration.Name);
        writer.WriteString("summary", result.Configuration.Summary);
        writer.WriteBoolean("bug", result.Configuration.IsBug);
        writer.WriteBoolean("asExpected", result.AsExpected);
        writer.WriteString("result", JsonNamingPolicy.CamelCase.ConvertName(result.Outcome.ToString()));
        writer.WriteString("detail", result.Detail);
        writer.WriteNumber("distinctStates", result.DistinctStates);
        writer.WriteNumber("seconds", Math.Round(result.Took.TotalSeconds, 1));
        writer.WriteEndObject();
    }

    private static string Text(SpecResult result) => result.Outcome switch
    {
        SpecOutcome.Clean => "clean",
        SpecOutcome.Refuted => $"refuted by {result.Detail}",
        SpecOutcome.TimedOut => $"no violation when stopped after {Duration.Format(TimeSpan.FromSeconds(Math.Round(result.Took.TotalSeconds)))}",
        _ => $"not checked: {result.Detail}",
    };
}
