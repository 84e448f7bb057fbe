using GlobalGateway.EdgeNode.Configuration;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Configuration;

public class ReconnectDelayTests
{
    [Fact]
    public void Next_WhileFailing_StaysBelowABoundThatDoublesUpToItsMaximum()
    {
        var delay = new ReconnectDelay(new Random(1));
        var bounds = new List<TimeSpan>();
        for (var failure = 0; failure < 40; failure++)
        {
            var bound = delay.Bound;
            bounds.Add(bound);
            delay.Next().ShouldBeInRange(TimeSpan.Zero, bound);
        }

        bounds[0].ShouldBe(ReconnectDelay.First);
        bounds[1].ShouldBe(ReconnectDelay.First * 2);
        bounds[^1].ShouldBe(ReconnectDelay.Max);
        delay.Reset();
        delay.Bound.ShouldBe(ReconnectDelay.First);
    }

    [Fact]
    public void Next_OfManyEdges_IsSpreadOverTheWholeBound()
    {
        var waits = Enumerable.Range(0, 1_000).Select(seed => new ReconnectDelay(new Random(seed)).Next()).ToList();

        waits.Count(wait => wait < ReconnectDelay.First / 2).ShouldBeInRange(400, 600);
    }
}
