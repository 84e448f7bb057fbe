using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.EdgeNode.Quota;

/// <summary>
/// The charge of one call to a provider. It ends exactly once: returned, settled at what was used, or, when nobody did that
/// before it is disposed, by what is known of the call: returned when nothing was sent, else settled as it was reserved.
/// </summary>
public sealed class AttemptCharge : IDisposable
{
    private readonly QuotaDesk _desk;
    private readonly CompiledBudget[] _budgets;
    private readonly ChargePlan _plan;
    private readonly Reservation? _reservation;
    private readonly Func<long> _prompt;
    private int _ended;

    /// <param name="prompt">Estimates the prompt's tokens, for a call whose usage nobody says.</param>
    internal AttemptCharge(QuotaDesk desk, CompiledBudget[] budgets, ChargePlan plan, Reservation? reservation, long first, Func<long> prompt)
    {
        (_desk, _budgets, _plan, _reservation, _prompt) = (desk, budgets, plan, reservation, prompt);
        var bounded = reservation is not null && plan.Bound > 0;
        // An answer that comes whole cannot be topped up: what it may have is what was set aside.
        MaxOutput = !bounded ? null : plan.First < plan.Bound ? plan.Bound : first;
        Cover = bounded && first < MaxOutput ? new OutputCover(desk.Quota, reservation!, Wants, first, plan.Bound) : null;
    }

    /// <summary>The limit that the provider is to be told; nothing when no budget asks for one.</summary>
    public long? MaxOutput { get; }

    /// <summary>Set for a stream that is topped up while it runs.</summary>
    public OutputCover? Cover { get; }

    public long EstimatedPrompt => _prompt();

    /// <summary>A call has it, and ends it.</summary>
    public bool IsTaken { get; private set; }

    /// <summary>Some of the request has left for the provider.</summary>
    public bool IsSent { get; private set; }

    public AttemptCharge Take()
    {
        IsTaken = true;
        return this;
    }

    public void Sent() => IsSent = true;

    /// <summary>Nothing was sent, or the provider is known not to bill it.</summary>
    public void Return()
    {
        if (End() && _reservation is not null)
        {
            _desk.Quota.Return(_reservation);
        }
    }

    /// <summary>Settles at what the provider counted; as reserved, flagged, where some of that is an estimate.</summary>
    public void Settle(in Usage usage) => Settle(
        new SpendVector(1, usage.TotalTokens, _plan.Prices is { } prices ? usage.CostNanoDollars(prices) : _plan.Fixed), usage);

    /// <summary>Nobody says what was used: settles at the reservation, or above it by what is known.</summary>
    public void SettleUnknown(in Usage known = default) =>
        Settle(known with { Input = known.TotalInput > 0 ? known.Input : _prompt(), Estimated = true });

    public void Dispose()
    {
        if (IsSent)
        {
            SettleUnknown();
        }
        else
        {
            Return();
        }
    }

    private void Settle(SpendVector spend, in Usage usage)
    {
        if (!End())
        {
            return;
        }

        var call = new CallUsage(_desk.Now, spend, usage.TotalInput, usage.CacheRead, usage.TotalOutput, usage.Estimated);
        if (_reservation is null)
        {
            _desk.Quota.Record(_plan.Labels, call);
        }
        else
        {
            _desk.Quota.Settle(_reservation, call);
        }

        _desk.Settled(_budgets, spend, usage.Estimated);
    }

    private BudgetWant[] Wants(long output)
    {
        var amount = _plan.Price.Further(output);
        return Array.ConvertAll(_budgets, b => new BudgetWant(b.Account!, amount.Only(b.Spec.Units)));
    }

    private bool End() => Interlocked.Exchange(ref _ended, 1) == 0;
}
