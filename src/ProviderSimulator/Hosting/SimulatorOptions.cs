using GlobalGateway.ProviderSimulator.Catalogue;
using GlobalGateway.ProviderSimulator.Latency;

namespace GlobalGateway.ProviderSimulator.Hosting;

/// <summary>How one simulator runs.</summary>
public sealed class SimulatorOptions
{
    public const string ListenDefault = "http://127.0.0.1:7402";
    public const int RecordedRequestsDefault = 1000;
    public const int RecordedRequestsMax = 100_000;
    public const string KeyPrefixDefault = "sim-";

    /// <summary>Loopback URLs; <c>https</c> needs a certificate. Port 0 takes a free one.</summary>
    public IReadOnlyList<string> Listen { get; init; } = [ListenDefault];

    /// <summary>Loopback URLs that speak HTTP/2 without TLS.</summary>
    public IReadOnlyList<string> ListenHttp2 { get; init; } = [];

    /// <summary>PEM files for <c>https</c> listeners, which then speak HTTP/1.1 and HTTP/2.</summary>
    public string? Certificate { get; init; }

    public string? CertificateKey { get; init; }

    /// <summary>Bearer token of <c>/admin</c>; without one the admin API refuses everybody.</summary>
    public string? AdminToken { get; init; }

    /// <summary>A provider key is good when it starts with this. Default <c>sim-</c>.</summary>
    public string KeyPrefix { get; init; } = KeyPrefixDefault;

    /// <summary>Requests kept for <c>/admin/requests</c>; the oldest give way. Default 1000, 0 keeps none.</summary>
    public int RecordedRequests { get; init; } = RecordedRequestsDefault;

    /// <summary>Bytes of one request body. Default 64 MiB.</summary>
    public int RequestBodyBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long an idle connection is kept. Default 130 s.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>What the stand-in vendors serve.</summary>
    public IReadOnlyList<SimulatedModel> Models { get; init; } = ModelCatalogue.Default;

    /// <summary>Pace of all answers until the admin API sets another; absent answers at once.</summary>
    public LatencyRule? Latency { get; init; }

    /// <summary>Everything wrong with these options, nothing when they can run.</summary>
    public IReadOnlyList<string> Errors()
    {
        var errors = new List<string>();
        foreach (var url in Listen.Concat(ListenHttp2))
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || !uri.IsLoopback)
            {
                errors.Add($"listen: '{url}' is not a loopback http or https URL");
            }
            else if (uri.Scheme == "https" && (Certificate is null || CertificateKey is null))
            {
                errors.Add($"listen: '{url}' needs --certificate and --certificate-key");
            }
        }
        if (Listen.Count + ListenHttp2.Count == 0)
        {
            errors.Add("listen: at least one URL is needed");
        }
        if (RecordedRequests is < 0 or > RecordedRequestsMax)
        {
            errors.Add($"record: {RecordedRequests} is not between 0 and {RecordedRequestsMax}");
        }
        if (RequestBodyBytesMax < 1)
        {
            errors.Add("request body limit: must be positive");
        }
        if (KeyPrefix.Length == 0)
        {
            errors.Add("key prefix: must not be empty");
        }
        if (Latency is not null)
        {
            errors.AddRange(Latency.Errors());
        }
        return errors;
    }
}
