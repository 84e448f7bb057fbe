using GlobalGateway.Replication.Edge;

namespace GlobalGateway.EdgeNode.Quota;

/// <summary>
/// Keeps a stream's rights ahead of what it has produced. Each step is as large as all before it, so that a long stream takes
/// few; where that is not to be had, a small one. Called by the one reader of the stream.
/// </summary>
public sealed class OutputCover(EdgeQuota quota, Reservation reservation, Func<long, BudgetWant[]> wants, long covered, long bound)
{
    private Task<QuotaDecision>? _coming;
    private long _comingTokens;
    private bool _refused;

    /// <summary>Tokens that rights are set aside for.</summary>
    public long Covered => covered;

    /// <summary>Set while a step is being fetched.</summary>
    public Task? Coming => _coming;

    /// <summary>Tops up where it is time to, and says whether the stream may go on.</summary>
    /// <param name="produced">An estimate of the answer's tokens so far.</param>
    public CoverState Advance(long produced)
    {
        // A text counts up to an eighth more at its provider than it is estimated here.
        var used = produced + (produced + 7) / 8;
        TakeIn();
        if (covered >= bound || used + QuotaLimits.AheadTokens < covered)
        {
            return CoverState.Covered;
        }

        if (_coming is null && !_refused && !TryStep(covered) && !TryStep(QuotaLimits.StepTokens))
        {
            Fetch(QuotaLimits.StepTokens);
            TakeIn();
        }

        return used < covered ? CoverState.Covered : _coming is not null ? CoverState.Waiting : CoverState.Spent;
    }

    private void Fetch(long tokens)
    {
        _comingTokens = Step(tokens);
        _coming = quota.TopUpAsync(reservation, wants(_comingTokens), CancellationToken.None).AsTask();
    }

    private void TakeIn()
    {
        if (_coming is not { IsCompleted: true } done)
        {
            return;
        }

        _coming = null;
        if (done is { IsCompletedSuccessfully: true, Result.Outcome: QuotaOutcome.Reserved })
        {
            covered += _comingTokens;
        }
        else if (_comingTokens > QuotaLimits.LastStepTokens)
        {
            Fetch(QuotaLimits.LastStepTokens);
        }
        else
        {
            _refused = true;
        }
    }

    private bool TryStep(long tokens)
    {
        tokens = Step(tokens);
        if (!quota.TryTopUp(reservation, wants(tokens)))
        {
            return false;
        }

        covered += tokens;
        return true;
    }

    private long Step(long tokens) => Math.Min(tokens, bound - covered);
}

/// <summary>Whether a stream has rights for what comes next.</summary>
public enum CoverState
{
    Covered,

    /// <summary>All are used; more are being fetched.</summary>
    Waiting,

    /// <summary>All are used and there are no more.</summary>
    Spent,
}
