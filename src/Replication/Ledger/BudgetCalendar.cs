namespace GlobalGateway.Replication.Ledger;

/// <summary>Cuts time into a budget's periods, in UTC whatever the machine's zone; each is at least a day.</summary>
/// <param name="Unit">How the cuts are made.</param>
/// <param name="From">Of a custom calendar: where its first period begins; periods before it count backwards.</param>
/// <param name="Every">Of a custom calendar: the length of a period.</param>
public sealed record BudgetCalendar(CalendarUnit Unit, DateTimeOffset From = default, TimeSpan Every = default)
{
    /// <summary>The start of the period that an instant is in, as in <see cref="AccountKey.Period"/>.</summary>
    public long PeriodOf(DateTimeOffset instant)
    {
        var day = new DateTimeOffset(instant.UtcDateTime.Date, TimeSpan.Zero);
        var start = Unit switch
        {
            CalendarUnit.Day => day,
            CalendarUnit.Week => day.AddDays(-((int)day.DayOfWeek + 6) % 7),
            CalendarUnit.Month => day.AddDays(1 - day.Day),
            _ => From.AddTicks(Floor(instant.UtcTicks - From.UtcTicks, Every.Ticks) * Every.Ticks),
        };
        return start.ToUnixTimeSeconds();
    }

    /// <summary>The start of the period after this one.</summary>
    public long Next(long period)
    {
        var start = DateTimeOffset.FromUnixTimeSeconds(period);
        var next = Unit switch
        {
            CalendarUnit.Day => start.AddDays(1),
            CalendarUnit.Week => start.AddDays(7),
            CalendarUnit.Month => start.AddMonths(1),
            _ => start + Every,
        };
        return next.ToUnixTimeSeconds();
    }

    private static long Floor(long value, long by) => value / by - (value % by < 0 ? 1 : 0);
}

/// <summary>Calendar periods (weeks begin on Monday), or a length of one's own.</summary>
public enum CalendarUnit
{
    Day,
    Week,
    Month,
    Custom,
}
