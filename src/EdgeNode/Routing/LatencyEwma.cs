namespace GlobalGateway.EdgeNode.Routing;

/// <summary>
/// A latency estimate that rises fast and falls slowly, as Finagle's peak EWMA, but over the median of each three times and not
/// to a peak at once: one slow answer among good ones must not send all traffic away (docs/adr/0011).
/// </summary>
public sealed class LatencyEwma(TimeProvider clock)
{
    /// <summary>Weight of a time above the estimate.</summary>
    public const double RiseWeight = 0.25;

    /// <summary>Least weight of a time below it.</summary>
    public const double FallWeight = 0.1;

    /// <summary>After this long without observations an old estimate weighs 1/e.</summary>
    public static readonly TimeSpan Decay = TimeSpan.FromSeconds(10);

    private const int FirstMedians = 3;

    private readonly Lock _gate = new();
    private double _milliseconds;
    private double _last;
    private double _beforeLast;
    private long _observedAt;
    private int _count;

    /// <summary>Zero until the first observation.</summary>
    public double Milliseconds => Volatile.Read(ref _milliseconds);

    public void Observe(TimeSpan latency)
    {
        var now = clock.GetTimestamp();
        lock (_gate)
        {
            var sample = Median(latency.TotalMilliseconds);
            var aged = 1 - Math.Exp(-clock.GetElapsedTime(_observedAt, now) / Decay);
            // The first of all is often the slowest, with its new connection: the first median of three replaces it.
            var weight = _count++ < FirstMedians ? 1 : Math.Max(aged, sample >= _milliseconds ? RiseWeight : FallWeight);
            Volatile.Write(ref _milliseconds, _milliseconds + (sample - _milliseconds) * weight);
            _observedAt = now;
        }
    }

    private double Median(double latest)
    {
        var (a, b) = (_last, _beforeLast);
        (_last, _beforeLast) = (latest, _last == 0 ? latest : _last);
        return b == 0 ? latest : Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), latest));
    }
}
