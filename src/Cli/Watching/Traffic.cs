namespace GlobalGateway.Cli.Watching;

/// <summary>The counters of one edge at one moment.</summary>
internal sealed class Traffic
{
    public const string Requests = "gateway_requests_total";
    public const string Buckets = "gateway_request_duration_seconds_bucket";
    public const string Retries = "gateway_retries_total";
    public const string Failovers = "gateway_failovers_total";

    private readonly SortedDictionary<double, double> _buckets = [];
    private double _requests;
    private double _errors;
    private double _extraAttempts;

    public static Traffic Read(string metricsPage)
    {
        var traffic = new Traffic();
        foreach (var sample in PrometheusText.Read(metricsPage, Requests, Buckets, Retries, Failovers))
        {
            switch (sample.Name)
            {
                case Requests:
                    traffic._requests += sample.Value;
                    traffic._errors += sample.Label("status").StartsWith('5') ? sample.Value : 0;
                    break;
                case Buckets when PrometheusText.TryNumber(sample.Label("le"), out var bound):
                    traffic._buckets[bound] = traffic._buckets.GetValueOrDefault(bound) + sample.Value;
                    break;
                default:
                    traffic._extraAttempts += sample.Value;
                    break;
            }
        }

        return traffic;
    }

    /// <summary>What happened since an earlier moment.</summary>
    public TrafficRates Since(Traffic earlier, TimeSpan elapsed)
    {
        var requests = _requests - earlier._requests;
        if (requests <= 0)
        {
            return default;
        }

        return new TrafficRates(
            requests / elapsed.TotalSeconds,
            Quantile(earlier, 0.5),
            Quantile(earlier, 0.99),
            (_errors - earlier._errors) / requests,
            1 + (_extraAttempts - earlier._extraAttempts) / requests);
    }

    /// <summary>Linear within a bucket, as Prometheus does it; the last finite bound when it lies beyond.</summary>
    private TimeSpan? Quantile(Traffic earlier, double share)
    {
        var total = _buckets.Count == 0 ? 0 : _buckets[_buckets.Keys.Last()] - earlier._buckets.GetValueOrDefault(_buckets.Keys.Last());
        if (total <= 0)
        {
            return null;
        }

        var (lowerBound, below) = (0.0, 0.0);
        foreach (var (bound, count) in _buckets)
        {
            var upTo = count - earlier._buckets.GetValueOrDefault(bound);
            if (upTo >= share * total)
            {
                var within = double.IsPositiveInfinity(bound) || upTo == below ? 0 : (share * total - below) / (upTo - below) * (bound - lowerBound);
                return TimeSpan.FromSeconds(lowerBound + within);
            }

            (lowerBound, below) = (bound, upTo);
        }

        return null;
    }
}

/// <summary>What an edge did per second, and how well; default when it did nothing.</summary>
internal readonly record struct TrafficRates(double PerSecond, TimeSpan? P50, TimeSpan? P99, double ErrorShare, double Attempts);
