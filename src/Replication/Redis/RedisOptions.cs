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

    /// <summary>Takes <c>host:port,host:port</c> apart.</summary>
    /// <exception cref="FormatException">An endpoint is not <c>host:port</c>, or there are too many.</exception>
    public static IReadOnlyList<string> Split(string endpoints)
    {
        var parts = endpoints.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length is 0 or > EndpointsMax)
        {
            throw new FormatException($"Redis needs 1 to {EndpointsMax} endpoints, and has {parts.Length}");
        }

        foreach (var part in parts)
        {
            if (part.LastIndexOf(':') is not (> 0 and var at) || !ushort.TryParse(part.AsSpan(at + 1), out _))
            {
                // Not the text itself: somebody may have put a password there.
                throw new FormatException("an endpoint of Redis is HOST:PORT and nothing else; a password belongs in its file");
            }
        }

        return parts;
    }
}
