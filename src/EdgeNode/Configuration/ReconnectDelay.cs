namespace GlobalGateway.EdgeNode.Configuration;

/// <summary>Full-jitter back-off: a random wait up to a bound that doubles, so that a fleet does not come back all at once.</summary>
public sealed class ReconnectDelay(Random random)
{
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan Max = TimeSpan.FromSeconds(5);

    private int _failures;

    /// <summary>The bound of the next wait.</summary>
    public TimeSpan Bound => TimeSpan.FromTicks(Math.Min(Max.Ticks, First.Ticks << Math.Min(_failures, 16)));

    public TimeSpan Next()
    {
        var wait = Bound * random.NextDouble();
        _failures++;
        return wait;
    }

    public void Reset() => _failures = 0;
}
