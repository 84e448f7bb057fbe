namespace GlobalGateway.EdgeNode.Routing;

/// <summary>What this edge has seen of one target; outlives configuration changes.</summary>
public sealed class TargetState(TimeProvider clock)
{
    private readonly FirstTokenTimes[] _firstTokens = [.. Enumerable.Range(0, RoutingKey.Buckets).Select(_ => new FirstTokenTimes(clock))];
    private long _cooldownUntil = long.MinValue;
    private int _inFlight;
    private volatile bool _suspect;
    private long _answeredAt = long.MinValue;

    public int InFlight => Volatile.Read(ref _inFlight);

    public void Begin() => Interlocked.Increment(ref _inFlight);

    public void End() => Interlocked.Decrement(ref _inFlight);

    /// <summary>Times to the first token, of requests like this one.</summary>
    public FirstTokenTimes FirstTokens(in RoutingKey key) => _firstTokens[key.Bucket];

    public bool CoolingDown => clock.GetTimestamp() < Volatile.Read(ref _cooldownUntil);

    /// <summary>Probes fail: tried after all others.</summary>
    public bool Suspect
    {
        get => _suspect;
        set => _suspect = value;
    }

    public void Answered() => Volatile.Write(ref _answeredAt, clock.GetTimestamp());

    /// <summary>Whether it gave an answer since a timestamp of the clock.</summary>
    public bool AnsweredSince(long timestamp) => Volatile.Read(ref _answeredAt) >= timestamp;

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
