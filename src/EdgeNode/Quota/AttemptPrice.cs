using GlobalGateway.Contracts.Resources;
using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.EdgeNode.Quota;

/// <summary>
/// What one call to one target may cost at most: <c>n · (dearest input price · estimated input + dearest output price · output)</c>
/// and the price of a request. The input is estimated with a margin; the output is what the target is told not to exceed.
/// </summary>
/// <param name="Input">Tokens of the prompt, its margin included.</param>
/// <param name="Answers">Asked for at once; at least 1.</param>
/// <param name="InputPrice">Of a million tokens, whether they are new or a cache's.</param>
/// <param name="OutputPrice">Of a million tokens, whether they are thinking or answer.</param>
/// <param name="RequestPrice">Whatever its length.</param>
public readonly record struct AttemptPrice(long Input, int Answers, long InputPrice, long OutputPrice, long RequestPrice)
{
    /// <summary>Added to the estimate of a prompt, as a share of it: what the estimate was measured to miss.</summary>
    public const double InputMargin = 0.25;

    private const long PerMillion = 1_000_000;

    /// <param name="estimatedInput">Without the margin.</param>
    public static AttemptPrice Of(Prices prices, long estimatedInput, int answers) => new(
        (long)Math.Ceiling(estimatedInput * (1 + InputMargin)),
        Math.Max(1, answers),
        Dearest(prices.Input.Value, prices.CachedInput?.Value, prices.CacheWrite?.Value, prices.CacheWriteLong?.Value),
        Dearest(prices.Output.Value, prices.Reasoning?.Value),
        prices.Request.Value);

    /// <summary>What to set aside for an answer of so many tokens, each of <see cref="Answers"/> that long.</summary>
    public SpendVector For(long output) => new(1, Clip(Input + (Int128)output * Answers), Clip(Dollars(Input, InputPrice) + Dollars(output, OutputPrice) + RequestPrice));

    /// <summary>What more of an answer costs, once its prompt is paid.</summary>
    public SpendVector Further(long output) => new(0, Clip((Int128)output * Answers), Clip(Dollars(output, OutputPrice)));

    /// <summary>The longest answer that fits; below zero when not even the prompt does.</summary>
    public long OutputWithin(SpendVector affordable, BudgetUnits units)
    {
        var most = (Int128)long.MaxValue;
        if ((units & BudgetUnits.Requests) != 0 && affordable.Requests < 1)
        {
            return -1;
        }

        if ((units & BudgetUnits.Tokens) != 0)
        {
            most = Int128.Min(most, Floor(affordable.Tokens - (Int128)Input, Answers));
        }

        if ((units & BudgetUnits.Spend) != 0)
        {
            var left = affordable.NanoDollars - Dollars(Input, InputPrice) - RequestPrice;
            most = left < 0 ? -1 : OutputPrice == 0 ? most : Int128.Min(most, left * PerMillion / ((Int128)OutputPrice * Answers));
        }

        return (long)most;
    }

    private Int128 Dollars(long tokens, long price) => ((Int128)tokens * Answers * price + PerMillion - 1) / PerMillion;

    private static Int128 Floor(Int128 value, int by) => value < 0 ? -1 : value / by;

    private static long Clip(Int128 value) => (long)Int128.Min(value, long.MaxValue / 4);

    private static long Dearest(long price, params ReadOnlySpan<long?> others)
    {
        foreach (var other in others)
        {
            price = Math.Max(price, other ?? 0);
        }

        return price;
    }
}
