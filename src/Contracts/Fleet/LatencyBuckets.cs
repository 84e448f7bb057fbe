namespace GlobalGateway.Contracts.Fleet;

/// <summary>Buckets of time that each are a tenth wider than the one before, from a millisecond up: fine enough to see a p99 rise by a tenth.</summary>
public static class LatencyBuckets
{
    public const double Growth = 1.1;

    /// <summary>The last bucket holds everything from about eleven minutes up.</summary>
    public const int Count = 142;

    private static readonly double PerBucket = Math.Log(Growth);

    public static int Of(TimeSpan time) => time.TotalMilliseconds <= 1 ? 0 : Math.Min(Count - 1, 1 + (int)(Math.Log(time.TotalMilliseconds) / PerBucket));

    /// <summary>The longest time of the bucket.</summary>
    public static TimeSpan Upper(int bucket) => TimeSpan.FromMilliseconds(Math.Pow(Growth, Math.Clamp(bucket, 0, Count - 1)));
}
