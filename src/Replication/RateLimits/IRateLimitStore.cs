namespace GlobalGateway.Replication.RateLimits;

/// <summary>Where the arrival times of a region's rate limits are kept: Redis, or this process.</summary>
public interface IRateLimitStore
{
    ValueTask<RateDecision> TakeAsync(string key, Gcra rate, long cost);

    /// <summary>Books a difference between the estimated and the actual cost; may be negative.</summary>
    ValueTask AdjustAsync(string key, Gcra rate, long units);
}
