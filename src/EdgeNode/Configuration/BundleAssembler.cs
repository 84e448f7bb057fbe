using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.EdgeNode.Configuration;

/// <summary>Puts a bundle's resources together from what is on disk and, for what lacks there, from where it can be fetched.</summary>
public sealed class BundleAssembler(BundleDisk disk, BundleTrust trust)
{
    private const int FetchesAtOnce = 8;

    /// <exception cref="BundleException">Something is missing, damaged or not trusted.</exception>
    public ResourceSet FromDisk(string bundle) => BundleReader.Resources(ManifestOnDisk(bundle), disk.Chunk);

    /// <exception cref="BundleException">Something is missing, damaged or not trusted at its source too.</exception>
    public async Task<ResourceSet> AssembleAsync(string bundle, IBundleParts parts, CancellationToken cancel)
    {
        var manifest = await ManifestAsync(bundle, parts, cancel);
        var chunks = await ChunksAsync(manifest, parts, cancel);
        return BundleReader.Resources(manifest, chunks.GetValueOrDefault);
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

        return trust.WhyNot(document, SignedType.Manifest) is { } why
            ? throw new BundleException($"the manifest cannot be trusted: {why}")
            : BundleReader.Manifest(document.Payload, bundle);
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
