using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.EdgeNode.Metering;

/// <summary>Tokens as a provider counted them.</summary>
/// <param name="Input">All prompt tokens, cached ones included.</param>
/// <param name="CachedInput">Those of them that the provider read from its cache.</param>
public readonly record struct Usage(long Input, long CachedInput, long Output)
{
    public long TotalTokens => Input + Output;

    /// <summary>Nano-dollars at prices per million tokens, rounded up, so that no answer is free by rounding.</summary>
    public long CostNanoDollars(Prices prices)
    {
        var cached = Math.Min(CachedInput, Input);
        var total = (Int128)(Input - cached) * prices.Input.Value
            + (Int128)cached * (prices.CachedInput ?? prices.Input).Value
            + (Int128)Output * prices.Output.Value;
        return (long)Int128.Min((total + 999_999) / 1_000_000, long.MaxValue);
    }
}
