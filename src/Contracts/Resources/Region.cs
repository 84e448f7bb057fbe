namespace GlobalGateway.Contracts.Resources;

/// <summary>A place where edges serve clients.</summary>
public sealed record Region : Resource
{
    /// <summary>What geo-DNS may answer for this region; IPv4 or IPv6 literals.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    public RegionCapacity Capacity { get; init; } = new();

    /// <summary>Client prefixes (CIDR) that prefer this region.</summary>
    public IReadOnlyList<string> Clients { get; init; } = [];

    /// <summary>Other regions, in the order in which work is forwarded to them.</summary>
    public IReadOnlyList<string> Peers { get; init; } = [];
}

/// <summary>What one region can take; 0 means not stated.</summary>
public sealed record RegionCapacity
{
    public long RequestsPerSecond { get; init; }
    public long Streams { get; init; }
}
