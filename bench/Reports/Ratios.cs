using GlobalGateway.Bench.Measuring;

namespace GlobalGateway.Bench.Reports;

/// <summary>The edge against the others, scenario by scenario: above 1 the edge uses more.</summary>
internal static class Ratios
{
    public static IEnumerable<(string Name, double Value)> Of(IReadOnlyList<Measurement> results)
    {
        foreach (var edge in results.Where(result => result.Target == "edge"))
        {
            foreach (var other in results.Where(result => result.Target != "edge" && result.Scenario == edge.Scenario))
            {
                yield return ($"edge/{other.Target} {edge.Scenario.Name} cpu", Ratio(edge.CpuMicrosPerRequest, other.CpuMicrosPerRequest));
                yield return ($"edge/{other.Target} {edge.Scenario.Name} p50", Ratio(edge.P50Ms, other.P50Ms));
            }
        }
    }

    /// <summary>What translation adds to the same answer in the same dialect.</summary>
    public static double? Translation(IReadOnlyList<Measurement> results)
    {
        var same = results.FirstOrDefault(result => result.Scenario.Shape == Shape.Chat2K);
        var translated = results.FirstOrDefault(result => result.Scenario.Shape == Shape.Messages2K);
        return same is null || translated is null ? null : Ratio(translated.CpuMicrosPerRequest, same.CpuMicrosPerRequest);
    }

    private static double Ratio(double edge, double other) => other == 0 ? 0 : Math.Round(edge / other, 2);
}
