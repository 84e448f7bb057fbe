namespace GlobalGateway.Replication.Ledger;

/// <summary>An amount of every unit a budget can count; each part may be negative in a difference.</summary>
public readonly record struct SpendVector(long Requests, long Tokens, long NanoDollars)
{
    public static SpendVector Zero => default;

    public bool IsZero => (Requests | Tokens | NanoDollars) == 0;

    /// <summary>Whether no part is below zero.</summary>
    public bool IsWhole => (Requests | Tokens | NanoDollars) >= 0;

    public static SpendVector operator +(SpendVector left, SpendVector right) =>
        new(checked(left.Requests + right.Requests), checked(left.Tokens + right.Tokens), checked(left.NanoDollars + right.NanoDollars));

    public static SpendVector operator -(SpendVector left, SpendVector right) =>
        new(checked(left.Requests - right.Requests), checked(left.Tokens - right.Tokens), checked(left.NanoDollars - right.NanoDollars));

    public static SpendVector operator *(SpendVector amount, long times) =>
        new(checked(amount.Requests * times), checked(amount.Tokens * times), checked(amount.NanoDollars * times));

    /// <summary>Each part divided, rounded down; parts are at least zero.</summary>
    public static SpendVector operator /(SpendVector amount, long by) =>
        new(amount.Requests / by, amount.Tokens / by, amount.NanoDollars / by);

    /// <summary>The larger of each part.</summary>
    public static SpendVector Max(SpendVector left, SpendVector right) =>
        new(Math.Max(left.Requests, right.Requests), Math.Max(left.Tokens, right.Tokens), Math.Max(left.NanoDollars, right.NanoDollars));

    /// <summary>The smaller of each part.</summary>
    public static SpendVector Min(SpendVector left, SpendVector right) =>
        new(Math.Min(left.Requests, right.Requests), Math.Min(left.Tokens, right.Tokens), Math.Min(left.NanoDollars, right.NanoDollars));

    /// <summary>What is above zero of each part.</summary>
    public SpendVector Positive() => Max(this, Zero);

    /// <summary>The parts that a budget counts; the others are zero.</summary>
    public SpendVector Only(BudgetUnits units) => new(
        (units & BudgetUnits.Requests) != 0 ? Requests : 0,
        (units & BudgetUnits.Tokens) != 0 ? Tokens : 0,
        (units & BudgetUnits.Spend) != 0 ? NanoDollars : 0);

    /// <summary>Whether every part is at most the other's.</summary>
    public bool FitsIn(SpendVector limit) =>
        Requests <= limit.Requests && Tokens <= limit.Tokens && NanoDollars <= limit.NanoDollars;

    /// <summary>Whether something is there of every unit that is wanted.</summary>
    public bool HasSomeOf(SpendVector wanted) =>
        (wanted.Requests <= 0 || Requests > 0) && (wanted.Tokens <= 0 || Tokens > 0) && (wanted.NanoDollars <= 0 || NanoDollars > 0);

    public override string ToString() => $"({Requests} requests, {Tokens} tokens, {NanoDollars} nano-dollars)";
}
