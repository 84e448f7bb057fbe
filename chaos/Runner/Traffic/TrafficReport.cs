using GlobalGateway.Chaos.Experiments;

namespace GlobalGateway.Chaos.Traffic;

/// <summary>What became of the requests of one phase.</summary>
public sealed record TrafficReport(int Requests, int Failures, TimeSpan P99, string? FirstFailure)
{
    public double Success => Requests == 0 ? 0 : 1 - Failures / (double)Requests;

    public static TrafficReport Of(IReadOnlyCollection<Outcome> outcomes)
    {
        var times = outcomes.Select(outcome => outcome.Took).Order().ToArray();
        return new TrafficReport(
            outcomes.Count,
            outcomes.Count(outcome => outcome.Failure is not null),
            times.Length == 0 ? TimeSpan.Zero : times[Math.Min(times.Length - 1, (int)(0.99 * times.Length))],
            outcomes.Select(outcome => outcome.Failure).FirstOrDefault(failure => failure is not null));
    }

    /// <summary>No request at all is no steady state.</summary>
    public bool Holds(SteadyState bound) => Requests > 0 && Success >= bound.SuccessAtLeast && P99 <= bound.P99AtMost;
}
