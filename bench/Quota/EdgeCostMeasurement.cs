using System.Globalization;
using GlobalGateway.Bench.Measuring;
using GlobalGateway.Bench.Targets;

namespace GlobalGateway.Bench.Quota;

/// <summary>Two edges as real processes on one upstream, in turns: one whose every request has three budgets, and one without any.</summary>
/// <param name="AddedShare">The median of the rounds: each compares two neighbours in time, which what else happens on the machine meets alike.</param>
internal sealed record EdgeCostMeasurement(Measurement Without, Measurement With, double AddedShare)
{
    /// <summary>Odd, so that one disturbed round never decides a median.</summary>
    private const int Rounds = 9;

    /// <summary>An edge under load is compiled for good only after many seconds, and meanwhile pays for that.</summary>
    private const int WarmUps = 4;

    private const string Settled = "gateway_quota_settled_total{unit=\"requests\"";

    private static readonly Scenario Load = new(Scenario.QuotaGroup, Shape.Small, 32);

    public static async Task<EdgeCostMeasurement> TakeAsync(TargetStarter starter, TimeSpan time)
    {
        await using var upstream = await starter.UpstreamAsync();
        await using var without = await starter.EdgeAsync(upstream.Port, "no budget", budgets: 0);
        await using var with = await starter.EdgeAsync(upstream.Port, "budgets", budgets: QuotaEdge.BudgetsPerRequest);
        BenchTarget[] targets = [without, with];
        for (var warmUp = 0; warmUp < WarmUps; warmUp++)
        {
            await BenchRun.WarmAsync(targets, [Load]);
        }

        Console.WriteLine("measuring an edge with three budgets beside one without …");
        var rounds = new List<(Measurement Without, Measurement With)>();
        for (var round = 0; round < Rounds; round++)
        {
            rounds.Add((await Measurement.TakeAsync(without, Load, time), await Measurement.TakeAsync(with, Load, time)));
        }

        await CheckAsync(with);
        var added = rounds.Select(round => round.With.CpuMicrosPerRequest / round.Without.CpuMicrosPerRequest - 1).Order().ElementAt(Rounds / 2);
        return new EdgeCostMeasurement(Measurement.Join([.. rounds.Select(round => round.Without)]), Measurement.Join([.. rounds.Select(round => round.With)]), added);
    }

    /// <summary>An edge that charged nothing would look cheap.</summary>
    private static async Task CheckAsync(BenchTarget edge)
    {
        using var client = new HttpClient();
        var metrics = await client.GetStringAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{edge.ManagementPort}/metrics")));
        if (!metrics.Contains(Settled, StringComparison.Ordinal))
        {
            throw new InvalidOperationException("The edge with budgets has settled nothing.");
        }
    }
}
