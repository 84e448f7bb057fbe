using System.Globalization;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.EdgeNode.Quota;

/// <summary>What a client is told when a budget refuses.</summary>
public static class BudgetAnswers
{
    /// <summary>Between two tries while the ledger or the disk is not there.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    public static GatewayError Describe(QuotaRefusal refusal, Dialect dialect)
    {
        var name = refusal.Budget?.Name ?? "of your key";
        var standing = refusal.Budget?.Account?.Standing ?? default;
        var until = standing.ResetsAt == default ? "its period ends" : Time(standing.ResetsAt);
        return refusal.Outcome switch
        {
            QuotaOutcome.LedgerLost => new(503, "budget_ledger_unreachable",
                $"Budget {name} cannot be checked: its ledger does not answer, and what this edge held of it is used up. Try again shortly; tell your platform team if it lasts.")
                { RetryAfter = RetryAfter },
            QuotaOutcome.JournalFull => new(503, "budget_journal_full",
                "This edge cannot write down what is spent: its disk is full or broken. Try again, since another edge may answer; tell your platform team if it lasts.")
                { RetryAfter = RetryAfter },
            QuotaOutcome.TooMuch => new(Status(dialect), GatewayError.BudgetExceeded,
                $"Budget {name} has {Left(refusal, standing)} left until {until}, and this request may cost {Amount(refusal, refusal.Wanted)}. Ask for a shorter answer, or ask your platform team for more.")
                { Final = true, Reset = Reset(standing) },
            _ => new(Status(dialect), GatewayError.BudgetExceeded,
                $"Budget {name} is spent{Used(refusal, standing)} until {until}. Ask your platform team, or see the usage page.")
                { Final = true, Reset = Reset(standing) },
        };
    }

    /// <summary>Anthropic's API has a status and a type of its own for billing, which no SDK retries; the others say it with 429.</summary>
    private static int Status(Dialect dialect) => dialect == Dialect.Anthropic ? 402 : 429;

    private static DateTimeOffset? Reset(in BudgetStanding standing) => standing.ResetsAt == default ? null : standing.ResetsAt;

    private static string Used(QuotaRefusal refusal, in BudgetStanding standing)
    {
        if (refusal.Budget is not { } budget || standing.ResetsAt == default)
        {
            return "";
        }

        var unit = BudgetShare.Tightest(standing, budget.Spec.Units);
        var (spent, limit) = (standing.Spent, standing.Limit);
        return unit switch
        {
            BudgetUnits.Spend => $": {Dollars(spent.NanoDollars)} of {Dollars(limit.NanoDollars)} USD",
            BudgetUnits.Tokens => $": {Count(spent.Tokens)} of {Count(limit.Tokens)} tokens",
            _ => $": {Count(spent.Requests)} of {Count(limit.Requests)} requests",
        };
    }

    private static string Left(QuotaRefusal refusal, in BudgetStanding standing) =>
        standing.ResetsAt == default ? "too little" : Amount(refusal, standing.Remaining);

    /// <summary>In the unit that the wish is short of, as far as that can be told.</summary>
    private static string Amount(QuotaRefusal refusal, SpendVector amount)
    {
        var units = refusal.Budget?.Spec.Units ?? BudgetUnits.Spend;
        var left = refusal.Budget?.Account?.Standing.Remaining ?? default;
        var spend = (units & BudgetUnits.Spend) != 0 && (refusal.Wanted.NanoDollars > left.NanoDollars || (units & BudgetUnits.Tokens) == 0 || refusal.Wanted.Tokens <= left.Tokens);
        return spend ? $"{Dollars(amount.NanoDollars)} USD"
            : (units & BudgetUnits.Tokens) != 0 ? $"{Count(amount.Tokens)} tokens"
            : $"{Count(amount.Requests)} request{(amount.Requests == 1 ? "" : "s")}";
    }

    /// <summary>Cents, or as many places as tell a small amount from nothing.</summary>
    private static string Dollars(long nano) => nano is 0 or >= 10_000_000
        ? (nano / 10_000_000 / 100m).ToString("0.00", CultureInfo.InvariantCulture)
        : (nano / 1e9m).ToString("0.00#######", CultureInfo.InvariantCulture);

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
