using System.Collections.Frozen;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.EdgeNode.Quota;

/// <summary>One Budget as a revision has it, joined with the account it is spent from.</summary>
public sealed class CompiledBudget
{
    private CompiledBudget(Budget resource, BudgetSpec spec) => (Resource, Spec, Models) = (resource, spec, resource.AppliesTo.Models.ToFrozenSet(StringComparer.Ordinal));

    public Budget Resource { get; }

    public BudgetSpec Spec { get; }

    public string Name => Resource.Name;

    /// <summary>Set when the revision is activated; absent while this edge has no ledger.</summary>
    public BudgetAccount? Account { get; private set; }

    /// <summary>An answer's length matters to it.</summary>
    public bool CountsOutput => (Spec.Units & (BudgetUnits.Tokens | BudgetUnits.Spend)) != 0;

    private FrozenSet<string> Models { get; }

    /// <param name="model">Null for a plain service, which only budgets of all models govern.</param>
    public bool Governs(string? model) => Models.Count == 0 || model is not null && Models.Contains(model);

    public static CompiledBudget Create(Budget budget)
    {
        var limit = budget.Limit;
        var units = (limit.Requests is null ? 0 : BudgetUnits.Requests) | (limit.Tokens is null ? 0 : BudgetUnits.Tokens) | (limit.Spend is null ? 0 : BudgetUnits.Spend);
        var amount = new SpendVector(limit.Requests ?? 0, limit.Tokens ?? 0, limit.Spend?.Value ?? 0);
        var calendar = budget.Period.Unit switch
        {
            PeriodUnit.Day => new BudgetCalendar(CalendarUnit.Day),
            PeriodUnit.Week => new BudgetCalendar(CalendarUnit.Week),
            PeriodUnit.Month => new BudgetCalendar(CalendarUnit.Month),
            _ => new BudgetCalendar(CalendarUnit.Custom, budget.Period.From!.Value, budget.Period.Every!.Value),
        };
        return new CompiledBudget(budget, new BudgetSpec(budget.BudgetId ?? budget.Name, units, amount, calendar, budget.LedgerLossOverdraft?.Value ?? 0));
    }

    /// <summary>Joins the account, which stays the same from revision to revision.</summary>
    public void Join(EdgeQuota quota) => Account = quota.Find(Spec.Id);
}
