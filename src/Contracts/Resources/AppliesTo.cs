namespace GlobalGateway.Contracts.Resources;

/// <summary>Whose traffic a policy governs; absent parts govern all.</summary>
public sealed record AppliesTo
{
    public string? Tenant { get; init; }

    /// <summary>A team of the tenant's keys.</summary>
    public string? Team { get; init; }

    /// <summary>A key name of the tenant.</summary>
    public string? Key { get; init; }

    /// <summary>Model names; empty governs all models and routes.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];
}
