using GlobalGateway.Contracts.Fleet;

namespace GlobalGateway.ControlPlane.Gates;

/// <summary>How requests fared, added up over edges and time; immutable.</summary>
public sealed record GateCounts
{
    public static readonly GateCounts None = new();

    /// <summary>Tenants remembered in one sum: those with the most denials, then the most requests.</summary>
    public const int TenantsMax = FleetProtocol.SampleTenantsMax;

    public long Requests { get; init; }
    public long ServerErrors { get; init; }
    public long Denials { get; init; }

    /// <summary>Requests by <see cref="LatencyBuckets"/>.</summary>
    public IReadOnlyList<BucketCount> Latency { get; init; } = [];

    public IReadOnlyList<TenantSample> Tenants { get; init; } = [];

    public static GateCounts Of(EdgeSample sample) => new()
    {
        Requests = sample.Requests,
        ServerErrors = sample.ServerErrors,
        Denials = sample.Denials,
        Latency = sample.Latency,
        Tenants = sample.Tenants,
    };

    public static GateCounts Sum(IEnumerable<GateCounts> parts) => parts.Aggregate(None, (sum, part) => sum.Plus(part));

    public GateCounts Plus(GateCounts other) => other.Requests == 0 ? this : Requests == 0 ? other : Combine(other, +1);

    /// <summary>What was added since an earlier reading of the same counters.</summary>
    public GateCounts Since(GateCounts earlier) => earlier.Requests == 0 ? this : Combine(earlier, -1);

    public TenantSample? Tenant(string name) => Tenants.Where(tenant => tenant.Tenant == name).Select(tenant => (TenantSample?)tenant).FirstOrDefault();

    /// <summary>The shortest bucket that holds the 99th of 100 requests; absent without requests.</summary>
    public int? P99Bucket()
    {
        var total = Latency.Sum(bucket => bucket.Requests);
        var above = 0L;
        foreach (var bucket in Latency.OrderByDescending(bucket => bucket.Bucket))
        {
            above += bucket.Requests;
            if (above * 100 > total)
            {
                return bucket.Bucket;
            }
        }

        return null;
    }

    public long SlowerThan(int bucket) => Latency.Where(count => count.Bucket > bucket).Sum(count => count.Requests);

    public long Timed() => Latency.Sum(bucket => bucket.Requests);

    private GateCounts Combine(GateCounts other, int sign)
    {
        var latency = Latency.ToDictionary(count => count.Bucket, count => count.Requests);
        foreach (var (bucket, requests) in other.Latency)
        {
            latency[bucket] = Math.Max(0, latency.GetValueOrDefault(bucket) + (sign * requests));
        }

        var tenants = Tenants.ToDictionary(tenant => tenant.Tenant, StringComparer.Ordinal);
        foreach (var tenant in other.Tenants)
        {
            var mine = tenants.GetValueOrDefault(tenant.Tenant);
            tenants[tenant.Tenant] = new TenantSample(
                tenant.Tenant, Math.Max(0, mine.Requests + (sign * tenant.Requests)), Math.Max(0, mine.Denials + (sign * tenant.Denials)));
        }

        return new GateCounts
        {
            Requests = Math.Max(0, Requests + (sign * other.Requests)),
            ServerErrors = Math.Max(0, ServerErrors + (sign * other.ServerErrors)),
            Denials = Math.Max(0, Denials + (sign * other.Denials)),
            Latency = [.. latency.Where(count => count.Value > 0).OrderBy(count => count.Key).Select(count => new BucketCount(count.Key, count.Value))],
            Tenants = [.. tenants.Values.Where(tenant => tenant.Requests > 0).OrderByDescending(tenant => tenant.Denials).ThenByDescending(tenant => tenant.Requests).Take(TenantsMax)],
        };
    }
}
