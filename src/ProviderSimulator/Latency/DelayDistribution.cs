using System.Text.Json.Serialization;
using GlobalGateway.ProviderSimulator.Admin;
using GlobalGateway.ProviderSimulator.Composition;

namespace GlobalGateway.ProviderSimulator.Latency;

[JsonConverter(typeof(CamelCaseEnumConverter<DelayShape>))]
public enum DelayShape { Fixed, Uniform, Normal, LogNormal, Exponential }

/// <summary>A distribution of delays in milliseconds; draws are never negative and never above <see cref="LatencyRule.DelayMsMax"/>.</summary>
public sealed record DelayDistribution
{
    public DelayShape Shape { get; set; }

    /// <summary>Fixed value; mean of normal and exponential; median of log-normal; centre of uniform.</summary>
    public double Ms { get; set; }

    /// <summary>Half width of uniform, standard deviation of normal, sigma (of the logarithm) of log-normal.</summary>
    public double Spread { get; set; }

    internal double Draw(ref ulong state)
    {
        var drawn = Shape switch
        {
            DelayShape.Uniform => Ms + (Spread * ((2 * Unit(ref state)) - 1)),
            DelayShape.Normal => Ms + (Spread * Gauss(ref state)),
            DelayShape.LogNormal => Ms * Math.Exp(Spread * Gauss(ref state)),
            DelayShape.Exponential => -Ms * Math.Log(1 - Unit(ref state)),
            _ => Ms,
        };
        return Math.Clamp(drawn, 0, LatencyRule.DelayMsMax);
    }

    internal static double Unit(ref ulong state) => (Fingerprint.Next(ref state) >> 11) * (1.0 / (1UL << 53));

    // Box and Muller 1958; the second value is thrown away.
    private static double Gauss(ref ulong state) => Math.Sqrt(-2 * Math.Log(1 - Unit(ref state))) * Math.Cos(2 * Math.PI * Unit(ref state));

    internal IEnumerable<string> Errors()
    {
        if (Ms is < 0 or > LatencyRule.DelayMsMax || double.IsNaN(Ms))
        {
            yield return $"ms: {Ms} is not between 0 and {LatencyRule.DelayMsMax}";
        }
        if (Spread is < 0 or > LatencyRule.DelayMsMax || double.IsNaN(Spread))
        {
            yield return $"spread: {Spread} is not between 0 and {LatencyRule.DelayMsMax}";
        }
    }
}
