namespace GlobalGateway.Cql.Connections;

/// <summary>Pauses before a lost connection is tried again: exponential with full jitter, so that clients that lost a node together do not return together.</summary>
internal sealed class Backoff(TimeSpan min, TimeSpan max, Random random)
{
    private int _failures;

    /// <summary>Between nothing and the bound, which doubles with each failure.</summary>
    public TimeSpan Next()
    {
        var bound = Math.Min(min.TotalMilliseconds * Math.Pow(2, _failures), max.TotalMilliseconds);
        _failures = Math.Min(_failures + 1, 30);
        return TimeSpan.FromMilliseconds(random.NextDouble() * bound);
    }

    public void Reset() => _failures = 0;
}
