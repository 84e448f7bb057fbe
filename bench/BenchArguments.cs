using System.Globalization;
using GlobalGateway.Bench.Measuring;

namespace GlobalGateway.Bench;

/// <summary>What the caller wants measured.</summary>
internal sealed record BenchArguments(IReadOnlyList<Scenario> Scenarios, bool Paced, bool Quota, double Seconds, string? JsonFile)
{
    public const double SecondsDefault = 5;
    public const double SecondsMax = 600;

    /// <summary>Null when the call was wrong; the reason is written to the error stream.</summary>
    public static BenchArguments? Parse(string[] args)
    {
        var (groups, seconds, json) = (new List<string>(), SecondsDefault, (string?)null);
        for (var at = 0; at < args.Length; at++)
        {
            switch (args[at])
            {
                case "--seconds" when at + 1 < args.Length && double.TryParse(args[at + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out seconds) && seconds is >= 1 and <= SecondsMax:
                case "--json" when at + 1 < args.Length && (json = args[at + 1]).Length > 0:
                    at++;
                    break;
                case var name when Scenario.Groups.Contains(name):
                    groups.Add(name);
                    break;
                case var other:
                    Console.Error.WriteLine($"✗ bench: \"{other}\" is wrong here. Usage: bench [{string.Join('|', Scenario.Groups)}…] [--seconds 1…{SecondsMax}] [--json FILE]");
                    return null;
            }
        }

        return new BenchArguments(
            [.. Scenario.All.Where(scenario => groups.Count == 0 || groups.Contains(scenario.Group))],
            groups.Count == 0 || groups.Contains(Scenario.PacedGroup),
            groups.Contains(Scenario.QuotaGroup),
            seconds,
            json);
    }
}
