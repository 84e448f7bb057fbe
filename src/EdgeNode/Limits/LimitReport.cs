namespace GlobalGateway.EdgeNode.Limits;

/// <summary>Where a client's tightest limits stand, for its dialect's headers.</summary>
public readonly record struct LimitReport(LimitStanding? Requests, LimitStanding? Tokens)
{
    public LimitReport With(CompiledLimit limit, LimitStanding standing) => With(limit.CountsTokens, standing);

    /// <summary>The tighter of what is known and another.</summary>
    public LimitReport With(bool tokens, LimitStanding standing) => tokens
        ? this with { Tokens = Tighter(Tokens, standing) }
        : this with { Requests = Tighter(Requests, standing) };

    private static LimitStanding Tighter(LimitStanding? present, LimitStanding other) =>
        present is { } p && p.Remaining <= other.Remaining ? p : other;
}

/// <summary>One limit's size, what is left, and when it is whole again.</summary>
public readonly record struct LimitStanding(long Limit, long Remaining, TimeSpan ResetAfter);
