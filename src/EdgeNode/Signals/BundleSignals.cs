using System.Collections.Frozen;
using GlobalGateway.Contracts.Fleet;
using GlobalGateway.EdgeNode.Tenancy;

namespace GlobalGateway.EdgeNode.Signals;

/// <summary>
/// How the requests fared that began under one bundle. Counting takes no lock and allocates nothing: totals are striped over the
/// processors, tenants have a cell each. Invariant: each counted request adds one to the total, whatever else it adds to.
/// </summary>
public sealed class BundleSignals
{
    /// <summary>No tenant: a stranger, whose refusals say nothing about the bundle.</summary>
    public const int Nobody = -1;

    private const int StripesMax = 64;

    // The first cells of a stripe; buckets follow. A stripe ends with room, so that two stripes share no cache line.
    private const int Requests = 0;
    private const int ServerErrors = 1;
    private const int Denials = 2;
    private const int FirstBucket = 8;
    private const int StripeCells = FirstBucket + LatencyBuckets.Count + 8;

    private readonly long[] _cells;
    private readonly int _stripeMask;
    private readonly string[] _tenants;
    private readonly long[] _tenantRequests;
    private readonly long[] _tenantDenials;
    private readonly KeyIndex? _before;
    private readonly FrozenDictionary<string, int> _departed;
    private long _started;

    /// <param name="tenants">In the order of <see cref="ClientIdentity.TenantNumber"/>.</param>
    /// <param name="before">The keys of the bundle before.</param>
    public BundleSignals(IReadOnlyList<string> tenants, KeyIndex? before = null)
    {
        _before = before;
        var known = tenants.ToHashSet(StringComparer.Ordinal);
        var departed = before is null ? [] : before.TenantNames.Where(name => !known.Contains(name)).ToArray();
        _departed = departed.Select((name, number) => KeyValuePair.Create(name, tenants.Count + number)).ToFrozenDictionary(StringComparer.Ordinal);
        _tenants = [.. tenants, .. departed];
        _tenantRequests = new long[_tenants.Length];
        _tenantDenials = new long[_tenants.Length];
        var stripes = 1;
        while (stripes < Math.Min(StripesMax, Environment.ProcessorCount))
        {
            stripes *= 2;
        }

        _stripeMask = stripes - 1;
        _cells = new long[stripes * StripeCells];
    }

    /// <summary>When the bundle was swapped in, as a timestamp of the edge's clock.</summary>
    public long StartedAt => Volatile.Read(ref _started);

    /// <summary>All requests counted; another number means that something has changed.</summary>
    public long Total => Sum(Requests);

    /// <summary>The bundle is swapped in.</summary>
    public void Start(TimeProvider clock) => Volatile.Write(ref _started, clock.GetTimestamp());

    /// <summary>The tenant whose key the bundle before took as valid at this time, or <see cref="Nobody"/>.</summary>
    public int TenantBefore(ReadOnlySpan<byte> hash, DateTimeOffset now)
    {
        if ((_before?.Find(hash) ?? _before?.Tokens.Find(hash, now)) is not { } client || now < client.Key.NotBefore || now >= client.Key.NotAfter)
        {
            return Nobody;
        }

        return NumberOf(client.Tenant.Name);
    }

    /// <summary>The number of a tenant of this bundle or of the one before.</summary>
    public int NumberOf(string tenant)
    {
        if (_departed.TryGetValue(tenant, out var number))
        {
            return number;
        }

        // Resources are in the order of their names.
        var found = Array.BinarySearch(_tenants, 0, _tenants.Length - _departed.Count, tenant, StringComparer.Ordinal);
        return found < 0 ? Nobody : found;
    }

    /// <param name="tenant">Of a client known by its key, or by the key it had before.</param>
    /// <param name="failed">The answer had begun and ended with an error.</param>
    /// <param name="latency">Until the answer began.</param>
    public void Count(int tenant, int status, bool failed, TimeSpan latency)
    {
        var error = status >= 500 || failed;
        if (tenant == Nobody && !error)
        {
            return;
        }

        var denied = status is 401 or 403 or 429;
        var stripe = (Thread.GetCurrentProcessorId() & _stripeMask) * StripeCells;
        Interlocked.Increment(ref _cells[stripe + Requests]);
        if (error)
        {
            Interlocked.Increment(ref _cells[stripe + ServerErrors]);
        }
        else if (denied)
        {
            Interlocked.Increment(ref _cells[stripe + Denials]);
        }
        else if (status < 400)
        {
            Interlocked.Increment(ref _cells[stripe + FirstBucket + LatencyBuckets.Of(latency)]);
        }

        if (tenant != Nobody)
        {
            Interlocked.Increment(ref _tenantRequests[tenant]);
            if (denied && !error)
            {
                Interlocked.Increment(ref _tenantDenials[tenant]);
            }
        }
    }

    /// <summary>What a control plane is told.</summary>
    public EdgeSample Sample(string bundle, TimeSpan age)
    {
        var latency = new List<BucketCount>();
        for (var bucket = 0; bucket < LatencyBuckets.Count; bucket++)
        {
            if (Sum(FirstBucket + bucket) is > 0 and var count)
            {
                latency.Add(new BucketCount(bucket, count));
            }
        }

        return new EdgeSample(bundle, (long)age.TotalMilliseconds, Total, Sum(ServerErrors), Sum(Denials), latency, Tenants());
    }

    private TenantSample[] Tenants()
    {
        // The least telling leaves first, so that many tenants never need more room than those that are told.
        var telling = new PriorityQueue<TenantSample, (long Denials, long Requests)>();
        for (var number = 0; number < _tenants.Length; number++)
        {
            if (Volatile.Read(ref _tenantRequests[number]) is not (> 0 and var requests))
            {
                continue;
            }

            var denials = Volatile.Read(ref _tenantDenials[number]);
            if (telling.Count < FleetProtocol.SampleTenantsMax)
            {
                telling.Enqueue(new TenantSample(_tenants[number], requests, denials), (denials, requests));
            }
            else
            {
                telling.EnqueueDequeue(new TenantSample(_tenants[number], requests, denials), (denials, requests));
            }
        }

        return [.. telling.UnorderedItems.Select(item => item.Element).OrderByDescending(tenant => tenant.Denials).ThenByDescending(tenant => tenant.Requests)];
    }

    private long Sum(int cell)
    {
        var sum = 0L;
        for (var at = cell; at < _cells.Length; at += StripeCells)
        {
            sum += Volatile.Read(ref _cells[at]);
        }

        return sum;
    }
}
