namespace GlobalGateway.EdgeNode.Configuration;

/// <summary>Where the parts of a bundle come from that are not on disk: a control plane, or anything else that has them.</summary>
public interface IBundleParts
{
    /// <returns>A signed manifest as JSON; nothing when there is none of this digest.</returns>
    Task<byte[]?> ManifestAsync(string digest, CancellationToken cancel);

    Task<byte[]?> ChunkAsync(string digest, CancellationToken cancel);
}
