using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.EdgeNode.Quota;

/// <summary>Says for people how much of a budget is used: by the unit that is used up most.</summary>
public static class BudgetShare
{
    /// <summary>0 to 1 and more; 0 while nothing is known.</summary>
    public static double Of(in BudgetStanding standing, BudgetUnits units) => Max(standing, units).Share;

    /// <summary>The unit that is used up most.</summary>
    public static BudgetUnits Tightest(in BudgetStanding standing, BudgetUnits units) => Max(standing, units).Unit;

    private static (BudgetUnits Unit, double Share) Max(in BudgetStanding standing, BudgetUnits units)
    {
        var (limit, spent) = (standing.Limit, standing.Spent);
        var best = (Unit: BudgetUnits.None, Share: -1.0);
        foreach (var (unit, used, of) in (ReadOnlySpan<(BudgetUnits, long, long)>)
            [(BudgetUnits.Spend, spent.NanoDollars, limit.NanoDollars), (BudgetUnits.Tokens, spent.Tokens, limit.Tokens), (BudgetUnits.Requests, spent.Requests, limit.Requests)])
        {
            var share = standing.ResetsAt == default ? 0 : of > 0 ? (double)used / of : 1;
            best = (units & unit) != 0 && share > best.Share ? (unit, share) : best;
        }

        return best;
    }
}
