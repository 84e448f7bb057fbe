namespace GlobalGateway.Contracts.Resources;

/// <summary>Whose answers may be kept and given again.</summary>
public sealed record CachePolicy : Resource
{
    public required AppliesTo AppliesTo { get; init; }

    /// <summary>1 s to 30 d.</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Bytes of one answer that may be kept; at most 16 MiB.</summary>
    public long MaxBytes { get; init; } = 1024 * 1024;
}
