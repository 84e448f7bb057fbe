using System.Collections.Concurrent;
using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.EdgeNode.Configuration;

/// <summary>Puts a bundle's resources together from what is on disk and, for what lacks there, from where it can be fetched.</summary>
public sealed class BundleAssembler(BundleDisk disk, BundleTrust trust)
{
    private const int FetchesAtOnce = 8;

    private readonly ReadChunks _read = new();
    private readonly ConcurrentDictionary<string, string> _signedBy = new(StringComparer.Ordinal);

    /// <exception cref="BundleException">Something is missing, damaged or not trusted.</exception>
    public AssembledBundle FromDisk(string bundle)
    {
        var manifest = ManifestOnDisk(bundle);
        return new AssembledBundle(manifest, BundleReader.Resources(manifest, disk.Chunk, _read));
    }

    /// <exception cref="BundleException">Something is missing, damaged or not trusted at its source too.</exception>
    public async Task<AssembledBundle> AssembleAsync(string bundle, IBundleParts parts, CancellationToken cancel)
    {
        var manifest = await ManifestAsync(bundle, parts, cancel);
        var chunks = await ChunksAsync(manifest, parts, cancel);
        return new AssembledBundle(manifest, BundleReader.Resources(manifest, chunks.GetValueOrDefault, _read));
    }

    /// <summary>The id of the key that signed the manifest on disk; absent when there is none.</summary>
    public string? SignedBy(string bundle) => _signedBy.GetValueOrDefault(bundle);

    /// <summary>Takes the manifest's signature of today from where it can be fetched, so that the disk carries it when the key of before goes.</summary>
    /// <exception cref="BundleException">It is not trusted there either.</exception>
    public async Task ResignAsync(string bundle, string keyId, IBundleParts parts, CancellationToken cancel)
    {
        if (SignedBy(bundle) != keyId && await parts.ManifestAsync(bundle, cancel) is { } json)
        {
            ManifestOf(json, bundle);
            disk.WriteManifest(bundle, json);
        }
    }

    /// <summary>Deletes what no held bundle needs.</summary>
    public void Collect(HeldBundles held)
    {
        var kept = new List<(string, BundleManifest)>();
        foreach (var pointer in held.Pointers)
        {
            try
            {
                var bundle = BundleReader.Pointer(pointer).Bundle;
                kept.Add((bundle, ManifestOnDisk(bundle)));
            }
            catch (BundleException)
            {
                // An older bundle that is no longer whole or trusted has nothing worth keeping.
            }
        }

        try
        {
            disk.Collect(kept);
            foreach (var gone in _signedBy.Keys.Except(kept.Select(bundle => bundle.Item1)))
            {
                _signedBy.TryRemove(gone, out _);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // What stays now goes with the next revision; it is no reason to refuse this one.
        }
    }

    private BundleManifest ManifestOnDisk(string bundle) =>
        ManifestOf(disk.Manifest(bundle) ?? throw new BundleException("its manifest is not on disk"), bundle);

    private BundleManifest ManifestOf(byte[] json, string bundle)
    {
        SignedDocument document;
        try
        {
            document = JsonSerializer.Deserialize(json, BundleJsonContext.Default.SignedDocument) ?? throw new BundleException("the manifest is empty");
        }
        catch (JsonException)
        {
            throw new BundleException("the manifest is not JSON of this version");
        }

        if (trust.WhyNot(document, SignedType.Manifest) is { } why)
        {
            throw new BundleException($"the manifest cannot be trusted: {why}");
        }

        var manifest = BundleReader.Manifest(document.Payload, bundle);
        _signedBy[bundle] = document.KeyId;
        return manifest;
    }

    private async Task<BundleManifest> ManifestAsync(string bundle, IBundleParts parts, CancellationToken cancel)
    {
        try
        {
            return ManifestOnDisk(bundle);
        }
        catch (BundleException)
        {
            // Not there yet, or damaged: fetched.
        }

        var json = await parts.ManifestAsync(bundle, cancel) ?? throw new BundleException("the control plane does not have the manifest");
        var manifest = ManifestOf(json, bundle);
        disk.WriteManifest(bundle, json);
        return manifest;
    }

    private async Task<Dictionary<string, byte[]>> ChunksAsync(BundleManifest manifest, IBundleParts parts, CancellationToken cancel)
    {
        var chunks = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var missing = new List<BundleChunk>();
        foreach (var chunk in manifest.Chunks.DistinctBy(chunk => chunk.Sha256))
        {
            if (disk.Chunk(chunk.Sha256) is { } bytes && BundleReader.IsWhole(chunk, bytes))
            {
                chunks[chunk.Sha256] = bytes;
            }
            else
            {
                missing.Add(chunk);
            }
        }

        var gate = new Lock();
        await Parallel.ForEachAsync(missing, new ParallelOptions { MaxDegreeOfParallelism = FetchesAtOnce, CancellationToken = cancel }, async (chunk, token) =>
        {
            var bytes = await parts.ChunkAsync(chunk.Sha256, token) ?? throw new BundleException($"the control plane does not have chunk {chunk.Sha256[..7]}");
            BundleReader.CheckChunk(chunk, bytes);
            disk.WriteChunk(chunk.Sha256, bytes);
            lock (gate)
            {
                chunks[chunk.Sha256] = bytes;
            }
        });
        return chunks;
    }
}

/// <summary>A bundle put together.</summary>
public sealed record AssembledBundle(BundleManifest Manifest, ResourceSet Resources);
