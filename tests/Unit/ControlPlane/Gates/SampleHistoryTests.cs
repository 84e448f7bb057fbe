using GlobalGateway.Contracts.Fleet;
using GlobalGateway.ControlPlane.Gates;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ControlPlane.Gates;

public sealed class SampleHistoryTests
{
    private readonly ManualClock _clock = new();
    private readonly SampleHistory _history;

    public SampleHistoryTests() => _history = new SampleHistory(_clock);

    [Fact]
    public void Before_CountersThatGoOn_AreNotCountedTwice()
    {
        _history.Add("e", "boot", Sample("old", 10));
        _history.Add("e", "boot", Sample("old", 10));
        _history.Add("e", "boot", Sample("old", 25));

        _history.Before("new", ["e"]).Requests.ShouldBe(25);
    }

    [Fact]
    public void Before_AfterARestartAndAnotherBundle_AddsThePartsOfTheOldOnly()
    {
        _history.Add("e", "first", Sample("old", 100));
        _history.Add("e", "second", Sample("old", 100));
        _history.Add("e", "second", Sample("new", 7));

        _history.Before("new", ["e"]).Requests.ShouldBe(200);
        _history.Before("new", ["other"]).Requests.ShouldBe(0);
    }

    [Fact]
    public void Before_AnHourLater_IsForgotten()
    {
        _history.Add("e", "boot", Sample("old", 10));
        _clock.Advance(SampleHistory.Kept + TimeSpan.FromSeconds(1));

        _history.Before("new", ["e"]).Requests.ShouldBe(0);
        _history.HasTraffic("e").ShouldBeFalse();
    }

    [Fact]
    public void Under_AfterTheMark_CountsTheStagesOwn()
    {
        _history.Add("canary", "boot", Sample("old", 50));
        _history.Add("other", "boot", Sample("old", 50));
        _history.Mark();
        _history.Add("canary", "boot", Sample("new", 30));
        _history.Add("other", "boot", Sample("old", 90));

        _history.Under("new", ["canary"]).Requests.ShouldBe(30);
        _history.NotUnder("new", ["other"]).Requests.ShouldBe(40);
    }

    [Fact]
    public void Before_ABundleThatWasRolledBack_IsNothingToCompareWith()
    {
        _history.Add("e", "boot", Sample("good", 10));
        _history.Add("e", "boot", Sample("bad", 30));
        _history.Forget("bad");

        _history.Before("new", ["e"]).Requests.ShouldBe(10);
        _history.NotUnder("new", ["e"]).Requests.ShouldBe(10);
    }

    private static EdgeSample Sample(string bundle, long requests) => new(bundle, 0, requests, 0, 0, [new BucketCount(3, requests)], []);
}
