using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Upstreams;
using GlobalGateway.EdgeNode.Routes;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Routing;

/// <summary>The latency strategy against an oracle that knows every target's mean at every moment, in simulated time.</summary>
public class LatencySimulationTests
{
    private const double OverOracleMax = 1.10;
    private const double RequestsPerSecond = 100;
    private const double Seconds = 300;
    private const double Fast = 100;
    private const double Slow = 500;

    /// <summary>How far the traffic of any five seconds may be from equal shares of equally good targets (0) towards all on one (1).</summary>
    private const double HerdMax = 0.5;
    private const double HerdWindow = 5;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void SlowTargets_AreLeftAlone(int slow) =>
        Run($"{slow} slow of 4", (target, _) => target < slow ? Slow : Fast, good: [.. Enumerable.Range(slow, 4 - slow)]);

    [Fact]
    public void Step_TheFastTargetBecomesSlow_TrafficMoves() =>
        Run("step each minute", (target, second) => (int)(second / 60) % 4 == target ? Fast : Slow, good: []);

    [Fact]
    public void Drift_TargetsSlowlyChangePlaces_TrafficFollows() =>
        Run("drift", (target, second) => 300 + 200 * Math.Sin(2 * Math.PI * (second / 200 + target / 4.0)), good: []);

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Spikes_OfSingleRequests_DoNotScatterTheTraffic(int slow) =>
        Run($"spikes, {slow} slow of 4", (target, _) => target < slow ? Slow : Fast, good: [.. Enumerable.Range(slow, 4 - slow)], spikes: 0.01);

    private void Run(string name, Func<int, double, double> mean, int[] good, double spikes = 0)
    {
        var random = new Random(20260101);
        var clock = new ManualClock();
        var targets = Enumerable.Range(0, 4).Select(i => Target(i, clock)).ToArray<BalancedTarget>();
        var subject = TargetStrategy.Create(Strategy.Latency, random.NextDouble);
        var key = new RoutingKey(0, 100, 100, Stream: true);
        var running = new PriorityQueue<(int Target, double Took), double>();
        var (now, took, best, requests, herd) = (0.0, 0.0, 0.0, 0, 0.0);
        var (window, shares) = (HerdWindow, new int[targets.Length]);
        Span<int> order = stackalloc int[targets.Length];
        while (now < Seconds)
        {
            var next = now + -Math.Log(1 - random.NextDouble()) / RequestsPerSecond;
            while (running.TryPeek(out var done, out var at) && at <= next)
            {
                running.Dequeue();
                clock.Advance(TimeSpan.FromSeconds(at - now));
                now = at;
                targets[done.Target].State.End();
                targets[done.Target].State.FirstTokens(key).Observe(TimeSpan.FromMilliseconds(done.Took));
            }

            clock.Advance(TimeSpan.FromSeconds(next - now));
            now = next;
            subject.Order(order, targets, key);
            var chosen = order[0];
            targets[chosen].State.Begin();
            var noise = Math.Exp(0.2 * Gaussian(random)) * (random.NextDouble() < spikes ? 10 : 1);
            var latency = mean(chosen, now) * noise;
            running.Enqueue((chosen, latency), now + latency / 1000);
            requests++;
            took += latency;
            best += Enumerable.Range(0, targets.Length).Min(i => mean(i, now)) * noise;
            shares[chosen]++;
            if (now > window)
            {
                // The first window only learns.
                herd = good.Length > 1 && window > HerdWindow
                    ? Math.Max(herd, (good.Max(i => shares[i]) / good.Average(i => shares[i]) - 1) / (good.Length - 1))
                    : herd;
                window += HerdWindow;
                Array.Clear(shares);
            }
        }

        Console.WriteLine($"latency routing, {name}: {requests} requests, mean {took / requests:0.0} ms, oracle {best / requests:0.0} ms, {took / best:0.000} times; herd {herd:0.00}");
        (took / best).ShouldBeLessThan(OverOracleMax, name);
        herd.ShouldBeLessThan(HerdMax, name);
    }

    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static ServiceTarget Target(int index, TimeProvider clock) => new()
    {
        Id = $"t{index}",
        Url = "",
        Weight = 1,
        Priority = 0,
        State = new TargetState(clock),
        Breaker = new TargetBreaker("t", new CircuitBreaker(), clock),
    };
}
