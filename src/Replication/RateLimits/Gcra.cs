namespace GlobalGateway.Replication.RateLimits;

/// <summary>
/// The generic cell rate algorithm (ITU-T I.371) as arithmetic on one number, the theoretical arrival time.
/// Over any time T it admits at most <c>limit·T/per + burst</c> units.
/// </summary>
/// <param name="TicksPerUnit">Time one unit takes at the sustained rate, in 100 ns.</param>
/// <param name="Burst">Units that may come at once.</param>
public readonly record struct Gcra(double TicksPerUnit, long Burst)
{
    public static Gcra Create(long limit, TimeSpan per, long burst) => new((double)per.Ticks / limit, burst);

    /// <summary>Time a whole burst takes.</summary>
    public double Tolerance => TicksPerUnit * Burst;

    /// <summary>Admits or refuses <paramref name="cost"/> units at <paramref name="now"/>; a cost above the burst counts as the burst.</summary>
    /// <param name="arrival">The stored time; changed only when admitted.</param>
    public RateDecision Take(ref double arrival, double now, long cost)
    {
        cost = Math.Min(cost, Burst);
        var start = Math.Max(arrival, now);
        var next = start + cost * TicksPerUnit;
        var wait = next - now - Tolerance;
        if (wait > 0)
        {
            return new RateDecision(false, Remaining(start, now), Ticks(wait), Ticks(start - now));
        }

        arrival = next;
        return new RateDecision(true, Remaining(next, now), TimeSpan.Zero, Ticks(next - now));
    }

    /// <summary>
    /// Turns an arrival time kept at another rate into one at this rate: what has been admitted and not worn off stays as many
    /// units, so that a change neither forgives nor invents any.
    /// </summary>
    public double Convert(double arrival, double now, double fromTicksPerUnit) =>
        arrival <= now ? arrival : now + (arrival - now) / fromTicksPerUnit * TicksPerUnit;

    /// <summary>Books a difference found later; a debt delays what comes next, a refund never exceeds an empty bucket.</summary>
    public void Adjust(ref double arrival, double now, long units) =>
        arrival = Math.Max(Math.Max(arrival, now) + units * TicksPerUnit, now);

    private long Remaining(double arrival, double now) => Math.Max(0, (long)((Tolerance - (arrival - now)) / TicksPerUnit));

    private static TimeSpan Ticks(double ticks) => TimeSpan.FromTicks((long)Math.Ceiling(ticks));
}
