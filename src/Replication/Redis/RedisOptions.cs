namespace GlobalGateway.Replication.Redis;

/// <summary>Where a region's Redis is and how to enter it; secrets are in files, never here.</summary>
public sealed record RedisOptions
{
    /// <summary>Servers or Sentinels named at most.</summary>
    public const int EndpointsMax = 32;

    /// <summary><c>host:port</c> of the server, of nodes of the cluster, or of the Sentinels when <see cref="Master"/> is set.</summary>
    public required IReadOnlyList<string> Endpoints { get; init; }

    /// <summary>The master's name at the Sentinels.</summary>
    public string? Master { get; init; }

    /// <summary>PEM file with the authority that signed the servers' certificates; its presence turns TLS on.</summary>
    public string? CaFile { get; init; }

    /// <summary>File with the password of the server's <c>default</c> user, the only one that this version of the client can be.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>File with the password of the Sentinels, where they have one.</summary>
    public string? SentinelPasswordFile { get; init; }

    /// <summary>Says what is wrong with the settings; nothing when they can be tried.</summary>
    public string? WhyNot() =>
        Endpoints.Count is 0 or > EndpointsMax ? $"Redis needs 1 to {EndpointsMax} endpoints, and has {Endpoints.Count}"
        // Not the text itself: somebody may have put a password there.
        : Endpoints.All(IsEndpoint) ? null
        : "an endpoint of Redis is HOST:PORT and nothing else; a password belongs in its file";

    private static bool IsEndpoint(string text) =>
        text.LastIndexOf(':') is > 0 and var at && ushort.TryParse(text.AsSpan(at + 1), out _) && !text.AsSpan().ContainsAny(" ,=@");
}
