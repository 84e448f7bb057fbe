namespace GlobalGateway.EdgeNode.Routing;

/// <summary>How long one target took to its first token: the latest times, their average that rises fast and falls slowly, and what is usual.</summary>
public sealed class FirstTokenTimes(TimeProvider clock)
{
    /// <summary>Times kept for percentiles.</summary>
    public const int Kept = 128;

    /// <summary>Fewer times say nothing about a percentile.</summary>
    public const int KnownMin = 20;

    /// <summary>Weight of a new time in what is usual: slow, so that a queue building up stands out against it.</summary>
    private const double UsualWeight = 1.0 / 256;

    private readonly LatencyEwma _recent = new(clock);
    private readonly float[] _latest = new float[Kept];
    private readonly Lock _gate = new();
    private double _usual;
    private int _count;

    /// <summary>That average in milliseconds; zero until the first observation.</summary>
    public double Milliseconds => _recent.Milliseconds;

    /// <summary>Takes in one time and says how many times the usual it is; 0 while that is unknown.</summary>
    public double Observe(TimeSpan took)
    {
        _recent.Observe(took);
        var milliseconds = Math.Max(took.TotalMilliseconds, 0.001);
        lock (_gate)
        {
            _latest[_count++ % Kept] = (float)milliseconds;
            // Until enough is known the plain mean is the best guess.
            _usual += (milliseconds - _usual) * Math.Max(UsualWeight, 1.0 / _count);
            return _count > KnownMin ? milliseconds / _usual : 0;
        }
    }

    /// <summary>For a call that was ended before it answered: the peak moves only up to the time that is known to have passed.</summary>
    public void ObserveAtLeast(TimeSpan took)
    {
        if (took.TotalMilliseconds > Milliseconds)
        {
            _recent.Observe(took);
        }
    }

    /// <summary>The time that <paramref name="share"/> of the latest stayed under; nothing while too few are known.</summary>
    public TimeSpan? Percentile(double share)
    {
        Span<float> sorted = stackalloc float[Kept];
        lock (_gate)
        {
            if (_count < KnownMin)
            {
                return null;
            }

            sorted = sorted[..Math.Min(_count, Kept)];
            _latest.AsSpan(0, sorted.Length).CopyTo(sorted);
        }

        sorted.Sort();
        return TimeSpan.FromMilliseconds(sorted[(int)Math.Min(sorted.Length - 1, share * sorted.Length)]);
    }
}
