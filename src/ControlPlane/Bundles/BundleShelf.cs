using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Leadership;

namespace GlobalGateway.ControlPlane.Bundles;

/// <summary>The parts of bundles in the store: chunks and signed manifests by their digests. Nothing here is ever changed, so what was read once is kept.</summary>
public sealed class BundleShelf(IKeyValueStore store, FleetKeys keys)
{
    private readonly PartCache _cache = new();

    public Task<byte[]?> ChunkAsync(string digest, CancellationToken cancel) => ReadAsync(keys.Chunk(digest), digest, cancel);

    /// <summary>A signed manifest as JSON; signed anew it has the same digest, so it is not kept in memory.</summary>
    public async Task<byte[]?> ManifestAsync(string digest, CancellationToken cancel) =>
        BundleFormat.IsDigest(digest) ? (await store.RangeAsync(StoreQuery.One(keys.Manifest(digest)), cancel)).Single?.Value : null;

    /// <returns>The resources of a bundle; nothing when it is not here any more.</returns>
    /// <exception cref="BundleException">It is here and damaged.</exception>
    public async Task<ResourceSet?> ResourcesAsync(string bundle, CancellationToken cancel)
    {
        if (await ManifestAsync(bundle, cancel) is not { } signed)
        {
            return null;
        }

        var document = JsonSerializer.Deserialize(signed, BundleJsonContext.Default.SignedDocument) ?? throw new BundleException("the manifest is empty");
        var manifest = BundleReader.Manifest(document.Payload, bundle);
        var chunks = new Dictionary<string, byte[]?>(StringComparer.Ordinal);
        foreach (var chunk in manifest.Chunks)
        {
            chunks[chunk.Sha256] = await ChunkAsync(chunk.Sha256, cancel);
        }

        return BundleReader.Resources(manifest, chunks.GetValueOrDefault);
    }

    /// <summary>Writes what is not here yet: chunks first, the manifest last.</summary>
    public async Task PutAsync(ILeadership term, IReadOnlyDictionary<string, byte[]> chunks, string bundle, SignedDocument manifest, CancellationToken cancel)
    {
        var there = await DigestsAsync(keys.Chunks, cancel);
        var writes = new List<StoreWrite>();
        long bytes = 0;
        foreach (var (digest, chunk) in chunks.Where(chunk => !there.Contains(chunk.Key)))
        {
            if (bytes + chunk.Length + StoreLimits.KeyLettersMax > StoreLimits.TransactionBytesMax || writes.Count == StoreLimits.TransactionPartsMax)
            {
                await term.CommitAsync([], writes, cancel);
                writes = [];
                bytes = 0;
            }

            writes.Add(new StoreWrite.Put(keys.Chunk(digest), chunk));
            bytes += chunk.Length + StoreLimits.KeyLettersMax;
        }

        if (writes.Count > 0)
        {
            await term.CommitAsync([], writes, cancel);
        }

        await term.CommitAsync([], [new StoreWrite.Put(keys.Manifest(bundle), JsonSerializer.SerializeToUtf8Bytes(manifest, BundleJsonContext.Default.SignedDocument))], cancel);
    }

    /// <summary>The digests under one of the two prefixes.</summary>
    public async Task<HashSet<string>> DigestsAsync(string prefix, CancellationToken cancel) => new(await store.NamesAsync(prefix, cancel), StringComparer.Ordinal);

    private async Task<byte[]?> ReadAsync(string key, string digest, CancellationToken cancel)
    {
        if (!BundleFormat.IsDigest(digest))
        {
            return null;
        }

        if (_cache.Find(digest) is { } known)
        {
            return known;
        }

        var bytes = (await store.RangeAsync(StoreQuery.One(key), cancel)).Single?.Value;
        if (bytes is not null)
        {
            _cache.Keep(digest, bytes);
        }

        return bytes;
    }
}
