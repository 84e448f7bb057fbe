using GlobalGateway.Contracts.Resources;
using GlobalGateway.Contracts.Values;
using GlobalGateway.EdgeNode.Routes;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Upstreams;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Routing;

public class StrategyTests
{
    private readonly Random _random = new(7);

    [Theory]
    [InlineData(Strategy.Latency)]
    [InlineData(Strategy.LeastRequests)]
    [InlineData(Strategy.RoundRobin)]
    [InlineData(Strategy.WeightedRoundRobin)]
    [InlineData(Strategy.IpHash)]
    [InlineData(Strategy.Cost)]
    [InlineData(Strategy.Priority)]
    public void Order_AnyStrategy_HoldsEveryTargetOnce(Strategy strategy)
    {
        var targets = Targets(3, 1, 0, 2);
        var subject = Create(strategy);

        for (uint client = 0; client < 200; client++)
        {
            First(subject, targets, new RoutingKey(client, 100, 100), out var order);
            order.Order().ShouldBe([0, 1, 2, 3]);
        }
    }

    [Fact]
    public void RoundRobin_ManyRequests_TakesEachInTurn()
    {
        var targets = Targets(1, 1, 1);
        var subject = Create(Strategy.RoundRobin);

        Enumerable.Range(0, 6).Select(_ => First(subject, targets)).ShouldBe([0, 1, 2, 0, 1, 2]);
    }

    [Fact]
    public void WeightedRoundRobin_FiveToOne_IsExactAndSpread()
    {
        var targets = Targets(5, 1, 1);
        var subject = Create(Strategy.WeightedRoundRobin);

        Enumerable.Range(0, 7).Select(_ => First(subject, targets)).ShouldBe([0, 0, 1, 0, 2, 0, 0]);
    }

    [Fact]
    public void LeastRequests_OneBusy_TakesTheOther()
    {
        var targets = Targets(1, 1);
        targets[0].State.Begin();

        First(Create(Strategy.LeastRequests), targets).ShouldBe(1);
    }

    [Fact]
    public void LeastRequests_DoubleWeight_CarriesTwiceAsMany()
    {
        var targets = Targets(2, 1);
        var subject = Create(Strategy.LeastRequests);
        for (var i = 0; i < 30; i++)
        {
            targets[First(subject, targets)].State.Begin();
        }

        targets[0].State.InFlight.ShouldBeInRange(19, 21);
    }

    [Fact]
    public void IpHash_TargetRemoved_MovesOnlyItsClients()
    {
        var three = Targets(1, 1, 1);
        var two = three[..2];
        var subject = Create(Strategy.IpHash);

        for (uint client = 0; client < 300; client++)
        {
            var before = First(subject, three, new RoutingKey(client * 7919, 0, 0));
            var after = First(subject, two, new RoutingKey(client * 7919, 0, 0));
            if (before < 2)
            {
                after.ShouldBe(before);
            }
        }
    }

    [Fact]
    public void IpHash_ManyClients_FollowsTheWeights()
    {
        var targets = Targets(3, 1);
        var subject = Create(Strategy.IpHash);

        var first = Enumerable.Range(0, 4000).Count(c => First(subject, targets, new RoutingKey((uint)c * 2654435761u, 0, 0)) == 0);

        first.ShouldBeInRange(2850, 3150);
    }

    [Fact]
    public void Latency_SlowTarget_GetsOnlyItsExploration()
    {
        var targets = Targets(1, 1);
        targets[0].State.FirstTokens(default).Observe(TimeSpan.FromMilliseconds(100));
        targets[1].State.FirstTokens(default).Observe(TimeSpan.FromMilliseconds(300));
        var subject = Create(Strategy.Latency);

        var slow = Enumerable.Range(0, 10_000).Count(_ => First(subject, targets) == 1);

        slow.ShouldBeInRange(50, 170);
    }

    [Fact]
    public void Latency_NearlyEqualTargets_ShareTheLoad()
    {
        var targets = Targets(1, 1);
        targets[0].State.FirstTokens(default).Observe(TimeSpan.FromMilliseconds(100));
        targets[1].State.FirstTokens(default).Observe(TimeSpan.FromMilliseconds(120));
        var subject = Create(Strategy.Latency);

        var second = Enumerable.Range(0, 1000).Count(_ => First(subject, targets) == 1);

        second.ShouldBeGreaterThan(150);
    }

    [Fact]
    public void Latency_Unmeasured_IsTriedFirst()
    {
        var targets = Targets(1, 1);
        targets[0].State.FirstTokens(default).Observe(TimeSpan.FromMilliseconds(1));

        Enumerable.Range(0, 50).Count(_ => First(Create(Strategy.Latency), targets) == 1).ShouldBeGreaterThan(45);
    }

    [Fact]
    public void Cost_LongAnswers_TakesTheCheaperOutput()
    {
        BalancedTarget[] targets = [Model(0, input: 1, output: 10), Model(1, input: 3, output: 5)];
        var subject = Create(Strategy.Cost);

        First(subject, targets, new RoutingKey(0, 1000, 10)).ShouldBe(0);
        First(subject, targets, new RoutingKey(0, 10, 1000)).ShouldBe(1);
    }

    [Fact]
    public void Priority_LowestNumber_AlwaysFirst_EqualOnesByWeight()
    {
        var targets = Targets(1, 3, 1000);
        targets[2] = Service(2, weight: 1000, priority: 1);
        var subject = Create(Strategy.Priority);

        var firsts = Enumerable.Range(0, 4000).Select(_ => First(subject, targets)).ToArray();

        firsts.ShouldAllBe(i => i < 2);
        firsts.Count(i => i == 1).ShouldBeInRange(2800, 3200);
    }

    [Fact]
    public void LatencyEwma_OneSlowAnswerAmongGoodOnes_ChangesNothing()
    {
        var subject = new LatencyEwma(new ManualClock());
        Observe(subject, 10, 10, 10, 500, 10, 10);

        subject.Milliseconds.ShouldBe(10);
    }

    [Fact]
    public void LatencyEwma_SlowFromNowOn_RisesWithinAFewAnswersAndFadesWithTime()
    {
        var clock = new ManualClock();
        var subject = new LatencyEwma(clock);
        Observe(subject, 10, 10, 10, 100, 100, 100, 100);
        var peak = subject.Milliseconds;
        peak.ShouldBeInRange(60, 100);

        Observe(subject, 10);
        clock.Advance(LatencyEwma.Decay);
        Observe(subject, 10);

        subject.Milliseconds.ShouldBeInRange(10, 10 + peak / Math.E);
    }

    private static void Observe(LatencyEwma subject, params double[] milliseconds)
    {
        foreach (var each in milliseconds)
        {
            subject.Observe(TimeSpan.FromMilliseconds(each));
        }
    }

    private TargetStrategy Create(Strategy strategy) => TargetStrategy.Create(strategy, _random.NextDouble);

    private static int First(TargetStrategy strategy, BalancedTarget[] targets, RoutingKey key = default) => First(strategy, targets, key, out _);

    private static int First(TargetStrategy strategy, BalancedTarget[] targets, RoutingKey key, out int[] order)
    {
        order = new int[targets.Length];
        strategy.Order(order, targets, key);
        return order[0];
    }

    private static BalancedTarget[] Targets(params int[] weights) => [.. weights.Select((w, i) => Service(i, w, 0))];

    private static ServiceTarget Service(int index, int weight, int priority) => new()
    {
        Id = $"t{index}",
        Url = "http://127.0.0.1",
        Weight = weight,
        Priority = priority,
        State = new TargetState(TimeProvider.System),
        Breaker = new TargetBreaker("t", new CircuitBreaker(), TimeProvider.System),
    };

    private static ModelEndpoint Model(int index, long input, long output) => new()
    {
        Id = $"t{index}",
        Weight = 1,
        Priority = 0,
        State = new TargetState(TimeProvider.System),
        Provider = null!,
        Endpoint = null!,
        UpstreamModel = "m",
        UpstreamModelJson = [],
        Prices = new Prices { Input = new NanoDollars(input), Output = new NanoDollars(output) },
        Capabilities = new Capabilities(),
        Timeouts = new Timeouts(),
        Breakers = [],
        Urls = null!,
    };
}
