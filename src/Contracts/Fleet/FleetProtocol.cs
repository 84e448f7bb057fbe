namespace GlobalGateway.Contracts.Fleet;

/// <summary>Paths, intervals and limits of the stream between edges and control planes.</summary>
public static class FleetProtocol
{
    public const string StreamPath = "/fleet/v1/stream";
    public const string ChunkPath = "/fleet/v1/chunks/";
    public const string ManifestPath = "/fleet/v1/manifests/";

    /// <summary>Bytes of one message, both ways.</summary>
    public const int MessageBytesMax = 64 * 1024;

    public const int ReasonLettersMax = 2_000;

    public static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(5);

    /// <summary>Nothing heard for so long: the other side counts as gone.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(15);

    public static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(5);
}
