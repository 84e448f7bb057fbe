using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Routing;

public class FirstTokenTimesTests
{
    private readonly FirstTokenTimes _subject = new(new ManualClock());

    [Fact]
    public void Percentile_FewTimes_IsNotKnown()
    {
        Observe(FirstTokenTimes.KnownMin - 1, 10);

        _subject.Percentile(0.95).ShouldBeNull();
    }

    [Fact]
    public void Percentile_OfTheLatestTimes_ForgetsOlderOnes()
    {
        Observe(1000, 5000);
        for (var i = 1; i <= 100; i++)
        {
            Observe(1, i);
        }

        Observe(FirstTokenTimes.Kept - 100, 1);

        _subject.Percentile(0.95)!.Value.TotalMilliseconds.ShouldBeInRange(93, 96);
    }

    [Fact]
    public void Observe_SlowerThanUsual_SaysHowMuch()
    {
        Observe(FirstTokenTimes.KnownMin - 1, 100).ShouldBe(0);
        Observe(100, 100).ShouldBe(1, 0.01);

        Observe(1, 300).ShouldBe(3, 0.05);
    }

    [Fact]
    public void ObserveAtLeast_ShorterThanThePeak_TeachesNothing()
    {
        Observe(1, 100);

        _subject.ObserveAtLeast(TimeSpan.FromMilliseconds(50));
        _subject.Milliseconds.ShouldBe(100);
        _subject.ObserveAtLeast(TimeSpan.FromMilliseconds(500));
        _subject.ObserveAtLeast(TimeSpan.FromMilliseconds(500));
        _subject.Milliseconds.ShouldBeGreaterThan(150);
    }

    private double Observe(int times, double milliseconds)
    {
        var last = 0.0;
        for (var i = 0; i < times; i++)
        {
            last = _subject.Observe(TimeSpan.FromMilliseconds(milliseconds));
        }

        return last;
    }
}
