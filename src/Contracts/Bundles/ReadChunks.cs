using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Contracts.Bundles;

/// <summary>The resources of one bundle's chunks, kept so that the next bundle is read only where it differs. One reader at a time.</summary>
public sealed class ReadChunks
{
    private IReadOnlyDictionary<string, Resource[]> _chunks = new Dictionary<string, Resource[]>();

    internal Resource[]? Find(string digest) => _chunks.GetValueOrDefault(digest);

    internal void Replace(IReadOnlyDictionary<string, Resource[]> chunks) => _chunks = chunks;
}
