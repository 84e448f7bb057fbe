using GlobalGateway.Bench.Load;
using GlobalGateway.Bench.Targets;
using GlobalGateway.Bench.Upstream;

namespace GlobalGateway.Bench.Measuring;

/// <summary>One target under one scenario.</summary>
internal sealed record Measurement
{
    public required string Target { get; init; }
    public required Scenario Scenario { get; init; }
    public required double RequestsPerSecond { get; init; }
    public required double P50Ms { get; init; }
    public required double P99Ms { get; init; }
    public required double CpuMicrosPerRequest { get; init; }
    public required double RssMiB { get; init; }
    public double FirstTokenP50Ms { get; init; }
    public double TokensPerSecond { get; init; }
    public required int Wrong { get; init; }
    public string? FirstFailure { get; init; }

    public static async Task<Measurement> TakeAsync(BenchTarget target, Scenario scenario, TimeSpan time)
    {
        var pid = target.Process.Identity.Pid;
        var request = await GeneratorRequest.MakeAsync(target.Port, scenario.Shape);
        var before = ProcessCost.Of(pid);
        var load = await new ClosedLoop(target.Port, request).RunAsync(scenario.Connections, time);
        var after = ProcessCost.Of(pid);
        var requests = Math.Max(1, load.Requests);
        return new Measurement
        {
            Target = target.Name,
            Scenario = scenario,
            RequestsPerSecond = load.Requests / load.Elapsed.TotalSeconds,
            P50Ms = load.Milliseconds(0.5),
            P99Ms = load.Milliseconds(0.99),
            CpuMicrosPerRequest = (after.Cpu - before.Cpu).TotalMicroseconds / requests,
            RssMiB = Math.Max(before.RssMiB, after.RssMiB),
            FirstTokenP50Ms = load.FirstTextMilliseconds(0.5),
            TokensPerSecond = scenario.Streams ? load.Requests * (double)FixedAnswer.StreamTokens / load.Elapsed.TotalSeconds : 0,
            Wrong = load.Wrong,
            FirstFailure = load.FirstFailure,
        };
    }

    /// <summary>Rounds of one target and scenario as one: medians, and the worst of what must not be evened out.</summary>
    public static Measurement Join(IReadOnlyList<Measurement> rounds) => rounds[0] with
    {
        RequestsPerSecond = Median(rounds, round => round.RequestsPerSecond),
        P50Ms = Median(rounds, round => round.P50Ms),
        P99Ms = rounds.Max(round => round.P99Ms),
        CpuMicrosPerRequest = Median(rounds, round => round.CpuMicrosPerRequest),
        RssMiB = rounds.Max(round => round.RssMiB),
        FirstTokenP50Ms = Median(rounds, round => round.FirstTokenP50Ms),
        TokensPerSecond = Median(rounds, round => round.TokensPerSecond),
        Wrong = rounds.Sum(round => round.Wrong),
        FirstFailure = rounds.Select(round => round.FirstFailure).FirstOrDefault(failure => failure is not null),
    };

    private static double Median(IReadOnlyList<Measurement> rounds, Func<Measurement, double> value) =>
        rounds.Select(value).Order().ElementAt(rounds.Count / 2);
}
