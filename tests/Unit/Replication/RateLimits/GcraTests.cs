using FsCheck;
using FsCheck.Fluent;
using GlobalGateway.Replication.RateLimits;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Replication.RateLimits;

public class GcraTests
{
    [Fact]
    public void Take_AnyArrivals_AdmitsAtMostRateTimesTimePlusBurst() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(
            Gen.Choose(0, 300).Zip(Gen.Choose(1, 20)).ListOf().Select(l => l.ToArray()).ToArbitrary(),
            Gen.Choose(1, 50).Zip(Gen.Choose(1, 100)).ToArbitrary(),
            (arrivals, shape) =>
            {
                var (limit, burst) = shape;
                var rate = Gcra.Create(limit, TimeSpan.FromSeconds(1), burst);
                double arrival = 0, now = 1e9;
                var start = now;
                long admitted = 0;
                foreach (var (gap, cost) in arrivals)
                {
                    now += gap * TimeSpan.TicksPerMillisecond;
                    var counted = Math.Min(cost, burst);
                    admitted += rate.Take(ref arrival, now, cost).Admitted ? counted : 0;
                    ((double)admitted).ShouldBeLessThanOrEqualTo(limit * (now - start) / TimeSpan.TicksPerSecond + burst + 1e-6);
                }
            }));

    [Fact]
    public void Convert_AnyChangesOfRate_AdmitsAtMostWhatTheRatesGaveTogetherPlusBurst() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(
            Gen.Choose(0, 300).Zip(Gen.Choose(1, 50)).ListOf().Select(l => l.ToArray()).ToArbitrary(),
            steps =>
            {
                const int Burst = 10;
                double arrival = 0, now = 1e9, allowed = Burst;
                var rate = Gcra.Create(20, TimeSpan.FromSeconds(1), Burst);
                long admitted = 0;
                foreach (var (gap, limit) in steps)
                {
                    allowed += gap * TimeSpan.TicksPerMillisecond / rate.TicksPerUnit;
                    now += gap * TimeSpan.TicksPerMillisecond;
                    admitted += rate.Take(ref arrival, now, 1).Admitted ? 1 : 0;
                    ((double)admitted).ShouldBeLessThanOrEqualTo(allowed + 1e-6);
                    var next = Gcra.Create(limit, TimeSpan.FromSeconds(1), Burst);
                    arrival = next.Convert(arrival, now, rate.TicksPerUnit);
                    rate = next;
                }
            }));

    [Fact]
    public void Take_AfterTheStatedWait_IsAdmitted()
    {
        var rate = Gcra.Create(10, TimeSpan.FromSeconds(1), 3);
        double arrival = 0, now = 1e9;
        for (var i = 0; i < 3; i++)
        {
            rate.Take(ref arrival, now, 1).Admitted.ShouldBeTrue();
        }

        var refused = rate.Take(ref arrival, now, 1);

        refused.Admitted.ShouldBeFalse();
        refused.RetryAfter.ShouldBe(TimeSpan.FromMilliseconds(100));
        rate.Take(ref arrival, now + refused.RetryAfter.Ticks - 10, 1).Admitted.ShouldBeFalse();
        rate.Take(ref arrival, now + refused.RetryAfter.Ticks, 1).Admitted.ShouldBeTrue();
    }

    [Fact]
    public async Task LocalStore_ARefundBeyondWhatWasTaken_NeverGivesMoreThanTheBurst()
    {
        var store = new LocalRateLimitStore(new ManualClock());
        var rate = Gcra.Create(10, TimeSpan.FromSeconds(1), 5);
        await store.TakeAsync("k", rate, 5);
        await store.AdjustAsync("k", rate, -500);

        (await store.TakeAsync("k", rate, 5)).Admitted.ShouldBeTrue();
        (await store.TakeAsync("k", rate, 1)).Admitted.ShouldBeFalse();
    }

    [Fact]
    public async Task LocalStore_ADebt_DelaysWhatComesNext()
    {
        var clock = new ManualClock();
        var store = new LocalRateLimitStore(clock);
        var rate = Gcra.Create(10, TimeSpan.FromSeconds(1), 5);
        await store.AdjustAsync("k", rate, 25);

        var refused = await store.TakeAsync("k", rate, 1);
        clock.Advance(refused.RetryAfter);

        refused.RetryAfter.ShouldBe(TimeSpan.FromSeconds(2.1));
        (await store.TakeAsync("k", rate, 1)).Admitted.ShouldBeTrue();
    }
}
