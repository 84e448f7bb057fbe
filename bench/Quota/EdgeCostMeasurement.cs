using System.Globalization;
using GlobalGateway.Bench.Measuring;
using GlobalGateway.Bench.Targets;

namespace GlobalGateway.Bench.Quota;

/// <summary>Two edges as real processes on one upstream, in turns: one whose every request has three budgets, and one without any.</summary>
internal sealed record EdgeCostMeasurement(Measurement Without, Measurement With)
{
    private const string Settled = "gateway_quota_settled_total{unit=\"requests\"";

    private static readonly Scenario Load = new(Scenario.QuotaGroup, Shape.Small, 32);

    public double AddedShare => With.CpuMicrosPerRequest / Without.CpuMicrosPerRequest - 1;

    public static async Task<EdgeCostMeasurement> TakeAsync(TargetStarter starter, TimeSpan time)
    {
        await using var upstream = await starter.UpstreamAsync();
        await using var without = await starter.EdgeAsync(upstream.Port, "no budget", budgets: 0);
        await using var with = await starter.EdgeAsync(upstream.Port, "budgets", budgets: QuotaEdge.BudgetsPerRequest);
        BenchTarget[] targets = [without, with];
        await BenchRun.WarmAsync(targets, [Load]);
        var results = (await BenchRun.MeasureAsync(targets, [Load], time)).ToList();
        await CheckAsync(with);
        return new EdgeCostMeasurement(results.Single(result => result.Target == without.Name), results.Single(result => result.Target == with.Name));
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
