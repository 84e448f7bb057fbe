namespace GlobalGateway.Replication.Ledger;

/// <summary>An amount of every unit a budget can count; each part may be negative in a difference.</summary>
public readonly record struct SpendVector(long Requests, long Tokens, long NanoDollars)
{
    public static SpendVector operator +(SpendVector left, SpendVector right) =>
        new(checked(left.Requests + right.Requests), checked(left.Tokens + right.Tokens), checked(left.NanoDollars + right.NanoDollars));

    public static SpendVector operator -(SpendVector left, SpendVector right) =>
        new(checked(left.Requests - right.Requests), checked(left.Tokens - right.Tokens), checked(left.NanoDollars - right.NanoDollars));

    /// <summary>Whether every part is at most the other's.</summary>
    public bool FitsIn(SpendVector limit) =>
        Requests <= limit.Requests && Tokens <= limit.Tokens && NanoDollars <= limit.NanoDollars;
}
