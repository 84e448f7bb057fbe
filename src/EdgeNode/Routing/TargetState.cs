namespace GlobalGateway.EdgeNode.Routing;

/// <summary>What this edge has seen of one target; outlives configuration changes.</summary>
public sealed class TargetState(TimeProvider clock)
{
    private readonly PeakEwma[] _firstToken = [new(clock), new(clock), new(clock), new(clock)];
    private long _cooldownUntil = long.MinValue;
    private int _inFlight;

    public int InFlight => Volatile.Read(ref _inFlight);

    public void Begin() => Interlocked.Increment(ref _inFlight);

    public void End() => Interlocked.Decrement(ref _inFlight);

    public PeakEwma FirstToken(int promptBucket) => _firstToken[promptBucket];

    public bool CoolingDown => clock.GetTimestamp() < Volatile.Read(ref _cooldownUntil);

    /// <summary>Leaves the target alone for a while; a longer cooldown is kept.</summary>
    public void CoolDown(TimeSpan time)
    {
        var until = clock.GetTimestamp() + (long)(time.TotalSeconds * clock.TimestampFrequency);
        long seen;
        while ((seen = Volatile.Read(ref _cooldownUntil)) < until)
        {
            if (Interlocked.CompareExchange(ref _cooldownUntil, until, seen) == seen)
            {
                return;
            }
        }
    }
}
