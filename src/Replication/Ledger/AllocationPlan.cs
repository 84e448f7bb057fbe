namespace GlobalGateway.Replication.Ledger;

/// <summary>
/// Decides the next allocation row of a budget. Invariants: only a higher pointer sequence changes an amount; within one row no
/// region rises while another falls; a row with a rise is written only once every region took the falls before it; shares
/// within a running period change in proportion only. Action of the specification: Allocate.
/// </summary>
public static class AllocationPlan
{
    /// <param name="rows">All rows so far, in order.</param>
    /// <param name="period">The period that is to be covered.</param>
    /// <param name="fallsTaken">Whether every region's logs that are open show their deltas of all rows so far.</param>
    /// <returns>Null when there is nothing to write, or not yet.</returns>
    public static AllocationRow? Next(AllocationWish wish, IReadOnlyList<AllocationRow> rows, long period, Func<bool> fallsTaken)
    {
        if (rows.Count == 0)
        {
            return new AllocationRow(wish.Budget, 1, period, wish.PointerSequence, wish.Units, wish.Amount, Even(wish), wish.Home);
        }

        var last = rows[^1];
        var begins = period > last.Period;
        if (wish.PointerSequence < last.PointerSequence)
        {
            // A stale configuration keeps what there is going, and changes nothing.
            return begins ? last with { Sequence = last.Sequence + 1, Period = period } : null;
        }

        var changes = wish.PointerSequence > last.PointerSequence && (wish.Amount != last.Amount || wish.Units != last.Units);
        IReadOnlyList<RegionShare>? goal = begins ? Even(wish) : changes ? InProportion(wish, last) : last.Goal;
        if (goal is null)
        {
            return null;
        }

        var next = new AllocationRow(wish.Budget, last.Sequence + 1, begins ? period : last.Period, wish.PointerSequence, wish.Units, wish.Amount, goal, wish.Home);
        var before = Before(rows);
        if (!Rises(before, goal))
        {
            return next;
        }

        if (Falls(before, goal))
        {
            return last.Goal is not null && !begins && !changes && Same(Least(before, goal), last)
                ? fallsTaken() ? next : null
                : next with { Split = Least(before, goal), Goal = goal };
        }

        return fallsTaken() ? next : null;
    }

    /// <summary>What a region's log of a period has not taken of the allocation yet; null when it has everything.</summary>
    /// <param name="withRights">False for a generation whose predecessor may have taken the share: it has only what is transferred or reclaimed.</param>
    public static LogOperation? Delta(IReadOnlyList<AllocationRow> rows, RegionLog log, bool withRights)
    {
        var (taken, newest) = (SpendVector.Zero, (AllocationRow?)null);
        foreach (var row in rows)
        {
            if (row.Period > log.Key.Account.Period)
            {
                continue;
            }

            if (row.Sequence <= log.AllocationSequence)
            {
                taken = row.ShareOf(log.Key.Region);
            }
            else
            {
                newest = row;
            }
        }

        return newest is null ? null
            : !withRights ? LogOperation.Delta(newest.Sequence, default)
            : LogOperation.Delta(newest.Sequence, newest.ShareOf(log.Key.Region) - taken);
    }

    /// <summary>Whether a period may be opened: at most one beyond the newest row.</summary>
    public static bool Covers(IReadOnlyList<AllocationRow> rows, BudgetCalendar calendar, long period) =>
        rows.Count > 0 && period <= calendar.Next(rows.Max(row => row.Period));

    private static List<RegionShare> Even(AllocationWish wish)
    {
        if (wish.Home is { } home)
        {
            return [.. wish.Regions.Select(region => new RegionShare(region, region == home ? wish.Amount : default))];
        }

        var each = wish.Amount / wish.Regions.Count;
        var rest = wish.Amount - each * wish.Regions.Count;
        return [.. wish.Regions.Select((region, at) => new RegionShare(region, at == 0 ? each + rest : each))];
    }

    private static List<RegionShare> InProportion(AllocationWish wish, AllocationRow last)
    {
        var before = last.Goal ?? last.Split;
        var split = new List<RegionShare>(before.Count);
        var rest = wish.Amount;
        foreach (var (region, share) in before)
        {
            var next = new SpendVector(
                Scale(share.Requests, wish.Amount.Requests, last.Amount.Requests, before.Count),
                Scale(share.Tokens, wish.Amount.Tokens, last.Amount.Tokens, before.Count),
                Scale(share.NanoDollars, wish.Amount.NanoDollars, last.Amount.NanoDollars, before.Count));
            rest -= next;
            split.Add(new RegionShare(region, next));
        }

        // What does not divide is not lost, or a budget once lowered to almost nothing could never be raised again.
        split[0] = split[0] with { Share = split[0].Share + rest.Positive() };
        return split;
    }

    // A unit that was not limited before is divided evenly.
    private static long Scale(long share, long amount, long before, int regions) =>
        before == 0 ? amount / regions : (long)((Int128)share * amount / before);

    // What logs may have taken last: the newest row, and the newest of an earlier period that may still run.
    private static List<AllocationRow> Before(IReadOnlyList<AllocationRow> rows)
    {
        var before = new List<AllocationRow> { rows[^1] };
        for (var i = rows.Count - 2; i >= 0; i--)
        {
            if (rows[i].Period < rows[^1].Period)
            {
                before.Add(rows[i]);
                break;
            }
        }

        return before;
    }

    private static bool Rises(List<AllocationRow> before, IReadOnlyList<RegionShare> target) =>
        before.Exists(row => target.Any(share => !share.Share.FitsIn(row.ShareOf(share.Region))));

    private static bool Falls(List<AllocationRow> before, IReadOnlyList<RegionShare> target) =>
        before.Exists(row => row.Split.Any(share => !share.Share.FitsIn(Of(target, share.Region))));

    private static List<RegionShare> Least(List<AllocationRow> before, IReadOnlyList<RegionShare> target) =>
        [.. target.Select(share => share with { Share = before.Aggregate(share.Share, (least, row) => SpendVector.Min(least, row.ShareOf(share.Region))) })];

    private static bool Same(IReadOnlyList<RegionShare> split, AllocationRow row) =>
        split.All(share => share.Share == row.ShareOf(share.Region)) && row.Split.All(share => share.Share == Of(split, share.Region));

    private static SpendVector Of(IReadOnlyList<RegionShare> split, string region) => split.FirstOrDefault(share => share.Region == region).Share;
}

/// <summary>What the newest configuration wants a budget to be.</summary>
/// <param name="Regions">All regions, in an order every writer agrees on; the budget's own hash puts the first one first.</param>
/// <param name="Home">Set for a small budget: the region that gets everything.</param>
public sealed record AllocationWish(string Budget, BudgetUnits Units, SpendVector Amount, IReadOnlyList<string> Regions, long PointerSequence, string? Home);
