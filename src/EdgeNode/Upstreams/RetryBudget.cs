namespace GlobalGateway.EdgeNode.Upstreams;

/// <summary>Lets additional calls be at most a share of requests (a token bucket fed by requests).</summary>
/// <param name="saved">Calls allowed before there was any traffic.</param>
public sealed class RetryBudget(double ratio, int saved = RetryBudget.Burst)
{
    /// <summary>The most that can be saved up.</summary>
    public const int Burst = 10;

    private const long Unit = 1_000;
    private readonly long _perRequest = (long)(ratio * Unit);
    private long _tokens = ratio > 0 ? saved * Unit : 0;

    public void OnRequest()
    {
        if (Volatile.Read(ref _tokens) < Burst * Unit)
        {
            Interlocked.Add(ref _tokens, _perRequest);
        }
    }

    public bool TryTake()
    {
        if (Interlocked.Add(ref _tokens, -Unit) >= 0)
        {
            return true;
        }

        Interlocked.Add(ref _tokens, Unit);
        return false;
    }
}
