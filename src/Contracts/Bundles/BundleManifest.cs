namespace GlobalGateway.Contracts.Bundles;

/// <summary>The list of a bundle's parts; its SHA-256 is the bundle's identity.</summary>
public sealed record BundleManifest
{
    public required int Format { get; init; }

    /// <summary>Of the resources, whatever chunks they are cut into.</summary>
    public required string ContentHash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required int Resources { get; init; }

    public required IReadOnlyList<BundleChunk> Chunks { get; init; }
}

/// <summary>Some resources, named by the SHA-256 of their bytes.</summary>
public sealed record BundleChunk(string Sha256, int Bytes);

/// <summary>Which bundle is to be served.</summary>
public sealed record BundlePointer
{
    /// <summary>SHA-256 of the manifest.</summary>
    public required string Bundle { get; init; }

    public required string ContentHash { get; init; }

    /// <summary>The bundle that was good when this was written; edges do not look at it, a control plane whose store was set back does.</summary>
    public string? LastGood { get; init; }
}
