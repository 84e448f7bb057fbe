using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.EdgeNode.Quota;

/// <summary>Opens the account of each request: which budgets govern it, and where its usage is kept.</summary>
public sealed class QuotaDesk(TimeProvider clock, QuotaMetrics metrics, BudgetWarnings warnings, EdgeQuota? quota = null)
{
    /// <summary>Only asked for where <see cref="Open"/> gave something.</summary>
    internal EdgeQuota Quota => quota!;

    internal DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Nothing where this edge has no ledger, or the operation costs nothing.</summary>
    public RequestQuota? Open(GatewayRequest request)
    {
        if (quota is null || request.Client is not { } client || !request.Operation.IsBilled())
        {
            return null;
        }

        var model = request.Model?.Name;
        var budgets = client.Budgets;
        // Mostly all of a key's budgets govern all of its models.
        foreach (var budget in budgets)
        {
            if (!budget.Governs(model) || budget.Account is null)
            {
                budgets = Array.FindAll(budgets, b => b.Governs(model) && b.Account is not null);
                break;
            }
        }

        return request.Quota = new RequestQuota(this, request, budgets);
    }

    internal TimeSpan Until(DateTimeOffset end) => end > Now ? end - Now : TimeSpan.Zero;

    internal void Reserved(SpendVector amount) => metrics.Reserved(amount);

    internal void Refused(QuotaOutcome why) => metrics.Denied(why);

    internal void Settled(CompiledBudget[] budgets, SpendVector spend, bool estimated)
    {
        metrics.Settled(spend, estimated);
        warnings.Observe(budgets);
    }
}
