namespace GlobalGateway.Contracts.Bundles;

/// <summary>Where the parts of a bundle come from: a control plane, an edge, a disk.</summary>
public interface IBundleParts
{
    /// <returns>A signed manifest as JSON; nothing when there is none of this digest.</returns>
    Task<byte[]?> ManifestAsync(string digest, CancellationToken cancel);

    Task<byte[]?> ChunkAsync(string digest, CancellationToken cancel);
}
