using GlobalGateway.Replication.Ledger;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Replication.Ledger;

public class BudgetCalendarTests
{
    [Theory]
    [InlineData(CalendarUnit.Day, "2026-03-31T23:59:59Z", "2026-03-31T00:00:00Z", "2026-04-01T00:00:00Z")]
    [InlineData(CalendarUnit.Week, "2026-04-05T12:00:00Z", "2026-03-30T00:00:00Z", "2026-04-06T00:00:00Z")]
    [InlineData(CalendarUnit.Week, "2026-03-30T00:00:00Z", "2026-03-30T00:00:00Z", "2026-04-06T00:00:00Z")]
    [InlineData(CalendarUnit.Month, "2026-02-28T23:59:59Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z")]
    [InlineData(CalendarUnit.Month, "2026-01-01T01:00:00+02:00", "2025-12-01T00:00:00Z", "2026-01-01T00:00:00Z")]
    public void PeriodOf_Calendar_IsInUtc(CalendarUnit unit, string instant, string starts, string next)
    {
        var calendar = new BudgetCalendar(unit);

        var period = calendar.PeriodOf(DateTimeOffset.Parse(instant, null));

        DateTimeOffset.FromUnixTimeSeconds(period).ShouldBe(DateTimeOffset.Parse(starts, null));
        DateTimeOffset.FromUnixTimeSeconds(calendar.Next(period)).ShouldBe(DateTimeOffset.Parse(next, null));
    }

    [Theory]
    [InlineData("2026-01-10T00:00:00Z", "2026-01-10T00:00:00Z")]
    [InlineData("2026-01-23T23:59:59Z", "2026-01-10T00:00:00Z")]
    [InlineData("2026-01-24T00:00:00Z", "2026-01-24T00:00:00Z")]
    [InlineData("2026-01-09T23:59:59Z", "2025-12-27T00:00:00Z")]
    public void PeriodOf_CustomLength_CountsFromItsStartBothWays(string instant, string starts) =>
        DateTimeOffset.FromUnixTimeSeconds(new BudgetCalendar(CalendarUnit.Custom, DateTimeOffset.Parse("2026-01-10T00:00:00Z", null), TimeSpan.FromDays(14)).PeriodOf(DateTimeOffset.Parse(instant, null)))
            .ShouldBe(DateTimeOffset.Parse(starts, null));
}
