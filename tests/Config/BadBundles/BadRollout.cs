using System.Diagnostics;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Config.BadBundles;

/// <summary>What became of something bad that went to the fleet under load.</summary>
/// <param name="Ended">Its rollout.</param>
/// <param name="Touched">Edges that ever served anything else than before, or nothing, or failed a client.</param>
/// <param name="Failures">What clients met.</param>
/// <param name="Decisions">What the newest commit would decide otherwise, as its status said before.</param>
internal sealed record BadRollout(NewestRollout Ended, IReadOnlySet<string> Touched, IReadOnlyList<ClientFailure> Failures, string? Decisions)
{
    /// <summary>Enough for gates that compare with the time before.</summary>
    public const int WarmUpForGates = 1_000;

    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Waits until it is rolled back, at most ten seconds after the first client failed, or without one after it began, and every edge, brought up
    /// again where it died, serves what it did before.
    /// </summary>
    /// <param name="warmUp">Requests that are answered before.</param>
    /// <param name="begin">Sets it going.</param>
    public static async Task<BadRollout> WatchAsync(BadBundleFleet fleet, int warmUp, Func<Task> begin)
    {
        await using var load = new TenantLoad(fleet);
        await Eventually.HoldsAsync(() => load.Answered > warmUp);
        load.Failures.ShouldBeEmpty();
        var good = (await fleet.ServingAsync(["eu-west"]))[0];
        var before = await fleet.RolloutAsync();
        var touched = new HashSet<string>(StringComparer.Ordinal);
        var rolledBackAt = 0L;
        await begin();
        var begunAt = Stopwatch.GetTimestamp();
        await Eventually.HoldsAsync(async () =>
        {
            foreach (var edge in BadBundleFleet.Edges.Where(edge => fleet.Fleet.Process(edge).HasExited))
            {
                touched.Add(edge);
                await fleet.Fleet.RestartAsync(edge);
            }

            var served = await fleet.ServingAsync(BadBundleFleet.Edges);
            touched.UnionWith(BadBundleFleet.Edges.Where((_, index) => served[index] != good));
            var rollout = await fleet.RolloutAsync();
            if (rolledBackAt == 0 && rollout.Number > before.Number && !rollout.IsOpen)
            {
                rolledBackAt = Stopwatch.GetTimestamp();
            }

            return rolledBackAt > 0 && served.All(revision => revision == good)
                && await fleet.IsServedEverywhereAsync(good);
        });

        var ended = await fleet.RolloutAsync();
        var decisions = await fleet.DecisionsAsync();
        ended.Status.ShouldBe("rolledBack");
        var failures = load.Failures.ToList();
        touched.UnionWith(failures.Select(failure => failure.Edge));
        var took = Stopwatch.GetElapsedTime(failures.Select(failure => failure.At).DefaultIfEmpty(begunAt).Min(), rolledBackAt);
        TestContext.Current.SendDiagnosticMessage($"rolled back {took.TotalSeconds:0.0} s after the first sign: {ended.Reason}");
        took.ShouldBeLessThan(BackWithin);
        return new BadRollout(ended, touched, failures, decisions);
    }
}
