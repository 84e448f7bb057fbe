using GlobalGateway.Replication.Ledger;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Replication.Ledger;

public class AllocationPlanTests
{
    private readonly List<AllocationRow> _rows = [];
    private bool _taken;

    [Fact]
    public void Next_NoRows_DividesEvenlyAndTheFirstGetsTheRest() => Write(Wish(100, 1)).ShouldBe([34, 33, 33]);

    [Fact]
    public void Next_Home_GetsEverything() => Write(Wish(100, 1) with { Home = "b" }).ShouldBe([0, 100, 0]);

    [Fact]
    public void Next_NothingChanged_WritesNothing()
    {
        Write(Wish(100, 1));

        Next(Wish(100, 1)).ShouldBeNull();
        Next(Wish(100, 2)).ShouldBeNull();
    }

    [Fact]
    public void Next_LowerAmount_FallsInProportion()
    {
        Write(Wish(300, 1));

        Write(Wish(30, 2)).ShouldBe([10, 10, 10]);
    }

    [Fact]
    public void Next_LoweredToAlmostNothingAndRaised_IsDividedAgain()
    {
        Write(Wish(300, 1));
        Write(Wish(2, 2)).Sum().ShouldBe(2);
        _taken = true;

        Write(Wish(300, 3)).Sum().ShouldBe(300);
    }

    [Fact]
    public void Next_SamePointerOtherAmount_WritesNothing()
    {
        Write(Wish(300, 2));

        Next(Wish(30, 2)).ShouldBeNull();
        Next(Wish(30, 1)).ShouldBeNull();
    }

    [Fact]
    public void Next_RaiseAfterAFall_WaitsUntilEveryRegionTookTheFall()
    {
        Write(Wish(300, 1));
        Write(Wish(30, 2));

        Next(Wish(600, 3)).ShouldBeNull();
        _taken = true;
        Write(Wish(600, 3)).ShouldBe([200, 200, 200]);
    }

    [Fact]
    public void Next_RegionAddedWithinThePeriod_ChangesNoShare()
    {
        Write(Wish(90, 1, "a", "b"));

        Next(Wish(90, 2)).ShouldBeNull();
    }

    [Fact]
    public void Next_RegionAddedAtTheNextPeriod_OthersFallBeforeItRises()
    {
        Write(Wish(90, 1, "a", "b"));

        Write(Wish(90, 2), period: 100).ShouldBe([30, 30, 0]);
        _rows[^1].Goal.ShouldNotBeNull();
        Next(Wish(90, 2), period: 100).ShouldBeNull();
        _taken = true;
        Write(Wish(90, 2), period: 100).ShouldBe([30, 30, 30]);
        Next(Wish(90, 2), period: 100).ShouldBeNull();
    }

    [Fact]
    public void Next_StalePointerAtTheNextPeriod_KeepsWhatThereIs()
    {
        Write(Wish(300, 5));

        Write(Wish(9_000, 4), period: 100).ShouldBe([100, 100, 100]);
    }

    [Fact]
    public void Next_UnitAdded_IsDividedEvenly()
    {
        _rows.Add(new AllocationRow("acme", 1, 0, 1, BudgetUnits.Requests, new SpendVector(30, 0, 0), [new("a", new(10, 0, 0)), new("b", new(10, 0, 0)), new("c", new(10, 0, 0))]));
        _taken = true;

        var row = Next(new AllocationWish("acme", BudgetUnits.Requests | BudgetUnits.Tokens, new SpendVector(30, 600, 0), ["a", "b", "c"], 2, null))!;

        row.Split.Select(share => share.Share).ShouldBe([new(10, 200, 0), new(10, 200, 0), new(10, 200, 0)]);
    }

    [Fact]
    public void Delta_NewGeneration_TakesNothingOfAPeriodItsPredecessorMayHaveTaken()
    {
        Write(Wish(300, 1));
        var log = new RegionLog(new LogKey(new AccountKey("acme", 0), "a", 2));

        var first = AllocationPlan.Delta(_rows, log, withRights: false)!;
        log.Apply(new LogEntry(0, Guid.NewGuid(), [first]));
        _taken = true;
        Write(Wish(600, 2));
        var second = AllocationPlan.Delta(_rows, log, withRights: false)!;

        (first.Number, first.Amount.Requests).ShouldBe((1, 0));
        (second.Number, second.Amount.Requests).ShouldBe((2, 0));
    }

    [Fact]
    public void Delta_SeveralRowsBehind_TakesTheNewestAtOnce()
    {
        Write(Wish(300, 1));
        Write(Wish(30, 2));
        var log = new RegionLog(new LogKey(new AccountKey("acme", 0), "a", 1));

        var delta = AllocationPlan.Delta(_rows, log, withRights: true)!;
        log.Apply(new LogEntry(0, Guid.NewGuid(), [delta]));

        (delta.Number, delta.Amount.Requests).ShouldBe((2, 10));
        AllocationPlan.Delta(_rows, log, withRights: true).ShouldBeNull();
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(86_400, true)]
    [InlineData(172_800, false)]
    public void Covers_MoreThanOnePeriodAhead_IsRefused(long period, bool covered)
    {
        Write(Wish(300, 1));

        AllocationPlan.Covers(_rows, new BudgetCalendar(CalendarUnit.Day), period).ShouldBe(covered);
    }

    private static AllocationWish Wish(long amount, long pointer, params string[] regions) =>
        new("acme", BudgetUnits.Requests, new SpendVector(amount, 0, 0), regions.Length == 0 ? ["a", "b", "c"] : regions, pointer, null);

    private AllocationRow? Next(AllocationWish wish, long period = 0) => AllocationPlan.Next(wish, _rows, period, () => _taken);

    private long[] Write(AllocationWish wish, long period = 0)
    {
        _rows.Add(Next(wish, period).ShouldNotBeNull());
        return [.. ((string[])["a", "b", "c"]).Select(region => _rows[^1].ShareOf(region).Requests)];
    }
}
