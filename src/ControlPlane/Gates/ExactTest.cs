namespace GlobalGateway.ControlPlane.Gates;

/// <summary>Fisher's exact test, one-sided, in logarithms: how likely it is that chance alone made the new side look this bad.</summary>
public static class ExactTest
{
    // Beyond it a term adds nothing to a sum of doubles.
    private const double NegligibleLog = -45;

    /// <summary>
    /// The chance that, of all that happened on both sides, the new side got as many as it did or more, were both sides equally prone
    /// (the upper tail of the hypergeometric distribution).
    /// </summary>
    /// <param name="newHits">Of <paramref name="newTotal"/>.</param>
    /// <param name="controlHits">Of <paramref name="controlTotal"/>.</param>
    public static double WorseByChance(long newHits, long newTotal, long controlHits, long controlTotal)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(newHits);
        ArgumentOutOfRangeException.ThrowIfNegative(controlHits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(newHits, newTotal);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(controlHits, controlTotal);
        var hits = newHits + controlHits;
        var most = Math.Min(hits, newTotal);
        var all = LogChoose(newTotal + controlTotal, hits);
        var sum = 0.0;
        for (var k = newHits; k <= most; k++)
        {
            if (hits - k > controlTotal)
            {
                continue;
            }

            var log = LogChoose(newTotal, k) + LogChoose(controlTotal, hits - k) - all;
            sum += Math.Exp(log);
            if (log < NegligibleLog && k > hits * (double)newTotal / (newTotal + controlTotal))
            {
                // Past the middle terms only shrink.
                break;
            }
        }

        return Math.Min(1, sum);
    }

    private static double LogChoose(long n, long k) => LogGamma(n + 1.0) - LogGamma(k + 1.0) - LogGamma(n - k + 1.0);

    /// <summary>Stirling's series, with the argument first raised to where it is good to fifteen digits.</summary>
    private static double LogGamma(double x)
    {
        var product = 0.0;
        while (x < 16)
        {
            product += Math.Log(x);
            x++;
        }

        var inverse = 1 / (x * x);
        var series = (1.0 / 12 - inverse * (1.0 / 360 - inverse * (1.0 / 1260 - inverse * (1.0 / 1680)))) / x;
        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + series - product;
    }
}
