namespace GlobalGateway.Contracts.Fleet;

/// <summary>Paths, intervals and limits of the stream between edges and control planes.</summary>
public static class FleetProtocol
{
    public const string StreamPath = "/fleet/v1/stream";
    public const string ChunkPath = "/fleet/v1/chunks/";
    public const string ManifestPath = "/fleet/v1/manifests/";

    /// <summary>Edges answer it to other edges of their region: the newest signed documents they hold.</summary>
    public const string HeldPath = "/fleet/v1/held";

    /// <summary>Edges answer it to control planes: what a tenant used, as <c>GET /usage</c> of their management port; every call below <c>/events</c>.</summary>
    public const string UsagePath = "/fleet/v1/usage";

    /// <summary>Edges answer it to control planes: <see cref="RecordedRequests"/>.</summary>
    public const string ShapesPath = "/fleet/v1/shapes";

    /// <summary>Bytes of one message, both ways; most are below a kilobyte, a full revocation list is the largest.</summary>
    public const int MessageBytesMax = 1024 * 1024;

    public const int SampleTenantsMax = 200;
    public const int ProbeFailuresMax = 50;

    /// <summary>Changed numbers are told this often.</summary>
    public static readonly TimeSpan SampleEvery = TimeSpan.FromSeconds(1);

    public const int ReasonLettersMax = 2_000;

    public static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(5);

    /// <summary>Nothing heard for so long: the other side counts as gone.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(15);

    public static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(5);
}
