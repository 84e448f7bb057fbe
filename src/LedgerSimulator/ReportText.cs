using System.Text.Json;
using System.Text.Json.Serialization;

namespace GlobalGateway.LedgerSimulator;

/// <summary>Writes what a run came to, for people or for scripts.</summary>
internal static class ReportText
{
    public static void Write(TextWriter to, SimulationOptions options, SimulationReport report, bool json)
    {
        if (json)
        {
            to.WriteLine(JsonSerializer.Serialize(
                new Document(report.Histories, report.Steps, Math.Round(report.HistoriesPerSecond), report.Failure is null ? 0 : 1, report.Seed, MutantNames.NameOf(options.Mutant), report.Failure),
                DocumentContext.Default.Document));
            return;
        }

        var rate = $"{report.Histories:N0} histories, {report.Steps:N0} steps, {report.HistoriesPerSecond:N0} histories/s";
        if (report.Failure is not { } failure)
        {
            to.WriteLine($"✓ no violation in {rate}, seeds {report.Seed} to {report.Seed + (ulong)Math.Max(report.Histories - 1, 0)}");
            return;
        }

        to.WriteLine($"✗ {failure.Invariant} broken after {rate}");
        to.WriteLine($"  {failure.Message}");
        to.WriteLine($"  the shortest history found with seed {failure.Seed}:");
        foreach (var line in failure.Trace)
        {
            to.WriteLine($"  {line}");
        }

        to.WriteLine($"again: gg sim --seed {failure.Seed} --histories 1 --steps {options.Steps}{(options.Mutant == Mutant.None ? "" : $" --mutant {MutantNames.NameOf(options.Mutant)}")}");
    }
}

internal sealed record Document(long Histories, long Steps, double HistoriesPerSecond, int Violations, ulong Seed, string Mutant, Failure? Failure);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Document))]
internal sealed partial class DocumentContext : JsonSerializerContext;
