namespace GlobalGateway.EdgeNode.Snapshots;

/// <summary>Which bundle a snapshot was compiled from.</summary>
/// <param name="Revision">What people are shown.</param>
/// <param name="Digest">Of the manifest; empty where the resources came in no bundle.</param>
/// <param name="CreatedAt">When it was compiled, by the control plane's clock.</param>
/// <param name="Sequence">Of the pointer that named it first.</param>
public sealed record BundleIdentity(string Revision, string Digest = "", DateTimeOffset CreatedAt = default, long Sequence = 0);
