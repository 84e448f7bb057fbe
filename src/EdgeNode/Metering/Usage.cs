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

    /// <summary>Some count is the gateway's own estimate, because the provider gave none.</summary>
    public bool Estimated { get; init; }

    public long TotalInput => Input + CacheRead + CacheWrite + CacheWriteLong;

    public long TotalOutput => Output + Reasoning;

    public long TotalTokens => TotalInput + TotalOutput;

    /// <summary>
    /// What an answer is settled for. A whole answer: as its provider counted. What is missing, and what of a partial answer
    /// came after the last count, is estimated, so that no answer is free.
    /// </summary>
    /// <param name="produced">An estimate of what the answer holds.</param>
    /// <param name="prompt">An estimate of the prompt; asked for only when it is needed.</param>
    public Usage Settled(in Usage produced, bool whole, Func<long> prompt)
    {
        var settled = TotalInput > 0 ? this : this with { Input = prompt(), Estimated = true };
        return produced.TotalOutput > settled.TotalOutput && (!whole || settled.TotalOutput == 0)
            ? settled with { Output = produced.Output, Reasoning = produced.Reasoning, Estimated = true }
            : settled;
    }

    /// <summary>Both together: one request may have used several targets.</summary>
    public Usage Plus(in Usage other) => new()
    {
        Input = Input + other.Input,
        CacheRead = CacheRead + other.CacheRead,
        CacheWrite = CacheWrite + other.CacheWrite,
        CacheWriteLong = CacheWriteLong + other.CacheWriteLong,
        Output = Output + other.Output,
        Reasoning = Reasoning + other.Reasoning,
        Estimated = Estimated || other.Estimated,
    };

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
