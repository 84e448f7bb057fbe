namespace GlobalGateway.EdgeNode.Routing;

/// <summary>A latency estimate that jumps to a new peak at once and forgets it slowly (Finagle's peak EWMA).</summary>
public sealed class PeakEwma(TimeProvider clock)
{
    /// <summary>After this long an old peak weighs 1/e.</summary>
    public static readonly TimeSpan Decay = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private double _milliseconds;
    private long _observedAt;

    /// <summary>Zero until the first observation.</summary>
    public double Milliseconds => Volatile.Read(ref _milliseconds);

    public void Observe(TimeSpan latency)
    {
        var now = clock.GetTimestamp();
        var sample = latency.TotalMilliseconds;
        lock (_gate)
        {
            if (_milliseconds == 0 || sample >= _milliseconds)
            {
                Volatile.Write(ref _milliseconds, sample);
            }
            else
            {
                var keep = Math.Exp(-clock.GetElapsedTime(_observedAt, now) / Decay);
                Volatile.Write(ref _milliseconds, _milliseconds * keep + sample * (1 - keep));
            }

            _observedAt = now;
        }
    }
}
