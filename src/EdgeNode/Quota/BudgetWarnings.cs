using System.Collections.Concurrent;
using System.Globalization;
using GlobalGateway.Replication.Edge;

namespace GlobalGateway.EdgeNode.Quota;

/// <summary>Tells of budgets that go over a share they warn at: once per share, budget and period on each edge.</summary>
public sealed partial class BudgetWarnings(QuotaMetrics metrics, ILogger<BudgetWarnings> logger)
{
    // By account, which outlives revisions; as many as there are budgets that have warned.
    private readonly ConcurrentDictionary<BudgetAccount, Told> _told = new();

    public void Observe(CompiledBudget[] budgets)
    {
        foreach (var budget in budgets)
        {
            if (budget.Resource.WarnAt.Count > 0)
            {
                Observe(budget, budget.Account!);
            }
        }
    }

    /// <summary>What an answer says of its budgets: each that is over the first share it warns at. Null when none is.</summary>
    public static string? Header(ReadOnlySpan<CompiledBudget> budgets)
    {
        string? header = null;
        foreach (var budget in budgets)
        {
            if (budget.Resource.WarnAt is [var first, ..] && BudgetShare.Of(budget.Account!.Standing, budget.Spec.Units) is var share && share >= first)
            {
                var text = string.Create(CultureInfo.InvariantCulture, $"{budget.Name} {Math.Floor(share * 100)}%");
                header = header is null ? text : $"{header}, {text}";
            }
        }

        return header;
    }

    private void Observe(CompiledBudget budget, BudgetAccount account)
    {
        var standing = account.Standing;
        var share = BudgetShare.Of(standing, budget.Spec.Units);
        if (share < budget.Resource.WarnAt[0])
        {
            return;
        }

        var crossed = budget.Resource.WarnAt.Last(at => share >= at);
        var told = _told.GetValueOrDefault(account);
        if (told.Until == standing.ResetsAt && told.Share >= crossed)
        {
            return;
        }

        // Of several requests that see the crossing together, one says it.
        var now = new Told(standing.ResetsAt, crossed);
        if (told == default ? _told.TryAdd(account, now) : _told.TryUpdate(account, now, told))
        {
            metrics.Warned();
            LogCrossed(budget.Name, Math.Floor(share * 100), crossed * 100, standing.ResetsAt);
        }
    }

    private readonly record struct Told(DateTimeOffset Until, double Share);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "budget_warning", Message = "budget {Budget} is used to {Percent} %, it warns at {WarnAt} %; its period ends {ResetsAt:yyyy-MM-ddTHH:mm:ssZ}")]
    private partial void LogCrossed(string budget, double percent, double warnAt, DateTimeOffset resetsAt);
}
