using GlobalGateway.EdgeNode.Limits;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.EdgeNode.Quota;

/// <summary>
/// The budgets that one request is charged to. What must stay true: every call has a charge of its own before its first byte
/// leaves; while one request waits for rights it holds none for that call; after one refusal by the ledger nobody waits again.
/// </summary>
public sealed class RequestQuota(QuotaDesk desk, GatewayRequest request, CompiledBudget[] budgets)
{
    private long _estimatedInput = -1;
    private QuotaRefusal? _refusal;

    /// <summary>Those that govern the request and have an account here.</summary>
    public ReadOnlySpan<CompiledBudget> Budgets => budgets;

    /// <summary>A charge without waiting; nothing when its rights would have to be fetched.</summary>
    public AttemptCharge? TryReserve(ModelEndpoint target) => TryReserve(Plan(target));

    /// <summary>A charge, waiting for rights where they are not here; or why there is none.</summary>
    public ValueTask<(AttemptCharge? Charge, QuotaRefusal? Refusal)> ReserveAsync(ModelEndpoint target, CancellationToken cancel)
    {
        var plan = Plan(target);
        return TryReserve(plan) is { } charge ? new((charge, null)) : FetchAsync(plan, cancel);
    }

    /// <summary>The same for a call that costs what it costs, such as one to a plain service.</summary>
    public ValueTask<(AttemptCharge? Charge, QuotaRefusal? Refusal)> ReserveAsync(string provider, long nanoDollars, CancellationToken cancel)
    {
        var plan = new ChargePlan(Labels(request.Route!.Name, provider), default, default, Bound: 0, First: 0, Floor: 0, Fixed: nanoDollars);
        return TryReserve(plan) is { } charge ? new((charge, null)) : FetchAsync(plan, cancel);
    }

    /// <summary>Where limits and budgets together stand, the tighter of each unit.</summary>
    public LimitReport Over(LimitReport limits)
    {
        foreach (var budget in budgets)
        {
            if (budget.Account!.Standing is { ResetsAt.Ticks: > 0 } standing)
            {
                var left = desk.Until(standing.ResetsAt);
                var (units, limit, remaining) = (budget.Spec.Units, standing.Limit, standing.Remaining);
                limits = (units & BudgetUnits.Requests) != 0 ? limits.With(false, new LimitStanding(limit.Requests, remaining.Requests, left)) : limits;
                limits = (units & BudgetUnits.Tokens) != 0 ? limits.With(true, new LimitStanding(limit.Tokens, remaining.Tokens, left)) : limits;
            }
        }

        return limits;
    }

    private ChargePlan Plan(ModelEndpoint target)
    {
        var labels = Labels(request.Model!.Name, target.Provider.Name);
        if (!Array.Exists(budgets, b => b.CountsOutput))
        {
            return new ChargePlan(labels, target.Prices, default, Bound: -1, First: 0, Floor: 0, Fixed: 0);
        }

        var price = AttemptPrice.Of(target.Prices, EstimatedInput(), request.Facts.Candidates);
        var bound = OutputBound.Of(request, target);
        return new ChargePlan(labels, target.Prices, price, bound, OutputBound.First(request, target, bound), Math.Min(bound, request.Model.Resource.MinOutputTokens), Fixed: 0);
    }

    private long EstimatedInput()
    {
        if (_estimatedInput < 0)
        {
            _estimatedInput = request.Body is { } body ? TokenEstimator.OfRequest(body.Span) : 0;
        }

        return _estimatedInput;
    }

    private UsageLabels Labels(string model, string provider) =>
        new(request.Id, request.Client!.Tenant.Name, request.Client.Key.Team, request.Client.Key.Name, model, provider);

    private AttemptCharge? TryReserve(ChargePlan plan)
    {
        if (budgets.Length == 0)
        {
            return new AttemptCharge(desk, budgets, plan, null, plan.First, EstimatedInput);
        }

        return desk.Quota.TryReserve(Wants(plan.Wanted(plan.First)), plan.Labels) is { } reservation ? Reserved(plan, reservation, plan.First) : null;
    }

    private async ValueTask<(AttemptCharge? Charge, QuotaRefusal? Refusal)> FetchAsync(ChargePlan plan, CancellationToken cancel)
    {
        if (_refusal is not null)
        {
            return (null, _refusal);
        }

        // What is left in all regions is never to be had whole, since each holds a little; asking for it would only move all of it about.
        var first = plan.Floor > 0 && plan.First > QuotaLimits.StepTokens ? Math.Max(plan.Floor, Math.Min(plan.First, HalfOfWhatIsLeft(plan.Price))) : plan.First;
        for (var clamps = 0; clamps <= QuotaLimits.ClampsMax; clamps++)
        {
            var wanted = plan.Wanted(first);
            var (decision, reservation) = await desk.Quota.ReserveAsync(Wants(wanted), plan.Labels, cancel);
            if (reservation is not null)
            {
                return (Reserved(plan, reservation, first), null);
            }

            _refusal = new QuotaRefusal(decision.Outcome, Array.Find(budgets, b => b.Account == decision.Budget), wanted);
            if (decision.Outcome != QuotaOutcome.TooMuch || plan.Floor == 0)
            {
                break;
            }

            var affordable = Math.Max(plan.Floor, await AffordableAsync(plan.Price, cancel));
            if (first <= plan.Floor)
            {
                break;
            }

            first = Math.Min(first, affordable);
        }

        desk.Refused(_refusal!.Outcome);
        return (null, _refusal);
    }

    private long HalfOfWhatIsLeft(AttemptPrice price)
    {
        var least = long.MaxValue;
        foreach (var budget in budgets)
        {
            if (budget.CountsOutput)
            {
                var left = budget.Account!.Standing is { ResetsAt.Ticks: > 0 } standing ? standing.Remaining : budget.Spec.Amount;
                least = Math.Min(least, price.OutputWithin(left / 2, budget.Spec.Units));
            }
        }

        return least;
    }

    private async ValueTask<long> AffordableAsync(AttemptPrice price, CancellationToken cancel)
    {
        var least = long.MaxValue;
        foreach (var budget in budgets)
        {
            if (budget.CountsOutput)
            {
                least = Math.Min(least, price.OutputWithin(await desk.Quota.AffordableAsync(budget.Account!, cancel), budget.Spec.Units));
            }
        }

        return least;
    }

    private AttemptCharge Reserved(ChargePlan plan, Reservation reservation, long first)
    {
        desk.Reserved(plan.Wanted(first));
        return new AttemptCharge(desk, budgets, plan, reservation, first, EstimatedInput);
    }

    private BudgetWant[] Wants(SpendVector amount) => Array.ConvertAll(budgets, b => new BudgetWant(b.Account!, amount.Only(b.Spec.Units)));
}
