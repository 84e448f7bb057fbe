namespace GlobalGateway.Contracts.Resources;

/// <summary>When a region is taken out of service, and how its traffic moves.</summary>
public sealed record FailoverPolicy : Resource
{
    public IReadOnlyDictionary<string, RegionPriority> Regions { get; init; } = new SortedDictionary<string, RegionPriority>(StringComparer.Ordinal);
    public TimeSpan HealthCheckInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>1 to 100 failed checks.</summary>
    public int DownAfter { get; init; } = 3;

    /// <summary>1 to 100 good checks.</summary>
    public int UpAfter { get; init; } = 6;

    public bool AutoFailover { get; init; } = true;
    public bool ManualApproval { get; init; }
    public int MinRegionsServing { get; init; } = 1;

    /// <summary>1 to 100.</summary>
    public int MaxShiftPercent { get; init; } = 100;

    public TimeSpan HoldDown { get; init; } = TimeSpan.FromMinutes(5);
    public DnsPolicy Dns { get; init; } = new();
}

public sealed record RegionPriority
{
    /// <summary>0 to 1,000; higher takes traffic first.</summary>
    public int Priority { get; init; } = 100;
}

public sealed record DnsPolicy
{
    /// <summary>1 s to 30 s.</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>1 or 2.</summary>
    public int AnswerRegions { get; init; } = 1;
}
