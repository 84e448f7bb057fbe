using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.Replication.Edge;

/// <summary>How fast an account is spent: an exponentially weighted mean over half a minute.</summary>
internal sealed class SpendRate
{
    private const double HorizonSeconds = 30;
    private (double Requests, double Tokens, double Dollars) _rate;
    private SpendVector _before;
    private long _at;

    /// <summary>What the next half minute is expected to take, given all that was settled so far. One caller at a time.</summary>
    public SpendVector Expected(SpendVector settled, TimeProvider clock)
    {
        var seconds = _at == 0 ? 1 : clock.GetElapsedTime(_at).TotalSeconds;
        if (seconds >= 0.1)
        {
            var weight = 1 - Math.Exp(-seconds / HorizonSeconds);
            var since = settled - _before;
            _rate = (Mean(_rate.Requests, since.Requests), Mean(_rate.Tokens, since.Tokens), Mean(_rate.Dollars, since.NanoDollars));
            (_before, _at) = (settled, clock.GetTimestamp());

            double Mean(double rate, long spent) => rate + weight * (spent / seconds - rate);
        }

        return new SpendVector(Ahead(_rate.Requests), Ahead(_rate.Tokens), Ahead(_rate.Dollars));
    }

    private static long Ahead(double rate) => (long)Math.Min(rate * HorizonSeconds, long.MaxValue / 4);
}
