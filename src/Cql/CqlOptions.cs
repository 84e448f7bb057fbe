using GlobalGateway.Cql.Connections;

namespace GlobalGateway.Cql;

/// <summary>Which cluster a session talks to, and its limits.</summary>
public sealed record CqlOptions
{
    public const int DefaultPort = 9042;

    /// <summary><c>host:port</c> of nodes to begin at; the others are found in <c>system.peers</c>.</summary>
    public required IReadOnlyList<string> ContactPoints { get; init; }

    /// <summary>The only data centre that is asked.</summary>
    public required string LocalDatacenter { get; init; }

    public CqlCredentials? Credentials { get; init; }

    public CqlTls? Tls { get; init; }

    public int ConnectionsPerNode { get; init; } = 2;

    /// <summary>Requests of one connection that wait for an answer; the protocol allows 32768.</summary>
    public int RequestsPerConnectionMax { get; init; } = 1_024;

    public int NodesMax { get; init; } = 64;

    /// <summary>The largest answer that is read.</summary>
    public int FrameBytesMax { get; init; } = 16 * 1024 * 1024;

    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The first pause before a lost connection is tried again; it doubles up to <see cref="ReconnectMax"/>, each with jitter.</summary>
    public TimeSpan ReconnectMin { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan ReconnectMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often nodes are looked for.</summary>
    public TimeSpan DiscoverEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <exception cref="ArgumentException">Naming everything that is out of bounds.</exception>
    internal void Validate()
    {
        List<string> wrong =
        [
            .. ContactPoints.Count == 0 ? ["there is no contact point"] : ContactPoints.Where(point => !ContactPoint.TryParse(point, out _, out _)).Select(point => $"contact point {point} is not host:port"),
            .. Unless(LocalDatacenter.Length > 0, "the local data centre has no name"),
            .. Unless(ConnectionsPerNode is > 0 and <= 16, $"{nameof(ConnectionsPerNode)} is 1 to 16"),
            .. Unless(RequestsPerConnectionMax is > 0 and <= 16_384, $"{nameof(RequestsPerConnectionMax)} is 1 to 16384"),
            .. Unless(NodesMax > 0, $"{nameof(NodesMax)} is at least 1"),
            .. Unless(FrameBytesMax is >= 4 * 1024 and <= 256 * 1024 * 1024, $"{nameof(FrameBytesMax)} is 4 KiB to 256 MiB"),
            .. Unless(RequestTimeout > TimeSpan.Zero && ConnectTimeout > TimeSpan.Zero && DiscoverEvery > TimeSpan.Zero, "times are longer than nothing"),
            .. Unless(ReconnectMin > TimeSpan.Zero && ReconnectMin <= ReconnectMax, $"{nameof(ReconnectMin)} is longer than nothing and at most {nameof(ReconnectMax)}"),
        ];
        if (wrong.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", wrong));
        }

        static string[] Unless(bool holds, string problem) => holds ? [] : [problem];
    }
}

/// <summary>Of SASL plain.</summary>
public sealed record CqlCredentials(string User, string Password)
{
    public override string ToString() => $"user {User}";
}

/// <summary>TLS towards the nodes.</summary>
/// <param name="CaFile">PEM of the only authority trusted; absent, the system's.</param>
/// <param name="CertificateFile">PEM of a client certificate.</param>
/// <param name="HostName">The name in the nodes' certificates; absent, each node's address.</param>
public sealed record CqlTls(string? CaFile = null, string? CertificateFile = null, string? KeyFile = null, string? HostName = null);
