using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.EdgeNode.Metering;

/// <summary>Tokens of one answer in disjoint counts: every token is in exactly one, whichever way its provider counts.</summary>
public readonly record struct Usage
{
    /// <summary>Prompt tokens that came from no cache and went to none.</summary>
    public long Input { get; init; }

    public long CacheRead { get; init; }

    /// <summary>Prompt tokens written to the provider's cache for its usual time, five minutes.</summary>
    public long CacheWrite { get; init; }

    /// <summary>The same for one hour.</summary>
    public long CacheWriteLong { get; init; }

    /// <summary>Answer tokens without reasoning, where the provider tells them apart.</summary>
    public long Output { get; init; }

    public long Reasoning { get; init; }

    public long TotalInput => Input + CacheRead + CacheWrite + CacheWriteLong;

    public long TotalOutput => Output + Reasoning;

    public long TotalTokens => TotalInput + TotalOutput;

    /// <summary>Nano-dollars for one answer at prices per million tokens and per request, rounded up, so that no answer is free by rounding.</summary>
    public long CostNanoDollars(Prices prices)
    {
        var cacheWrite = prices.CacheWrite ?? prices.Input;
        var total = (Int128)Input * prices.Input.Value
            + (Int128)CacheRead * (prices.CachedInput ?? prices.Input).Value
            + (Int128)CacheWrite * cacheWrite.Value
            + (Int128)CacheWriteLong * (prices.CacheWriteLong ?? cacheWrite).Value
            + (Int128)Output * prices.Output.Value
            + (Int128)Reasoning * (prices.Reasoning ?? prices.Output).Value;
        return (long)Int128.Min((total + 999_999) / 1_000_000 + prices.Request.Value, long.MaxValue);
    }
}
