using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Canonical;
using GlobalGateway.EdgeNode.Snapshots;

namespace GlobalGateway.EdgeNode.Configuration;

/// <summary>Whether a pointer is served now, as which revision, and if not, why.</summary>
public readonly record struct ActivationResult(string? Revision, string? Problem);

/// <summary>
/// Takes pointers to serving: signature, sequence, parts, limits, then a snapshot built off to the side and swapped in.
/// Whatever goes wrong, the edge serves on with what it has. One caller at a time: the stream.
/// </summary>
public sealed partial class BundleActivator(BundleDisk disk, BundleTrust trust, SnapshotStore snapshots, ConfigStatus status, ILogger<BundleActivator> log)
{
    private HeldBundles? _held;

    /// <summary>The newest pointer held.</summary>
    public SignedDocument? Newest => (_held ??= disk.Held()).Pointers is [var newest, ..] ? newest : null;

    /// <summary>Serves the newest bundle on disk that is whole and still trusted.</summary>
    public void StartFromDisk()
    {
        var held = _held ??= disk.Held();
        foreach (var pointer in held.Pointers)
        {
            try
            {
                var (bundle, revision) = Check(pointer);
                var resources = BundleReader.Resources(ManifestOnDisk(bundle), disk.Chunk);
                if (snapshots.TryActivate(revision, resources) is [var problem, ..])
                {
                    throw new BundleException(problem);
                }

                status.Serves(revision, pointer.Sequence);
                Started(revision, pointer.Sequence);
                return;
            }
            catch (Exception problem)
            {
                // Whatever it is, the next older one may serve, and else the control plane has another.
                NotFromDisk(pointer.Sequence, problem.Message);
            }
        }
    }

    /// <exception cref="HttpRequestException">The parts could not be fetched; asking again may help.</exception>
    public async Task<ActivationResult> ApplyAsync(SignedDocument pointer, IBundleParts parts, CancellationToken cancel)
    {
        try
        {
            var revision = await TakeAsync(pointer, parts, cancel);
            status.Serves(revision, pointer.Sequence);
            return new ActivationResult(revision, null);
        }
        catch (BundleException problem)
        {
            Refused(pointer.Sequence, problem.Message);
            status.Refused($"pointer {pointer.Sequence} is refused: {problem.Message}");
            return new ActivationResult(null, problem.Message);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // A full or read-only disk: what cannot be kept is not served, because a restart would lose it.
            var why = $"the data folder cannot be written ({problem.GetType().Name})";
            Refused(pointer.Sequence, why);
            status.Refused(why);
            return new ActivationResult(null, why);
        }
        catch (Exception problem) when (problem is not (HttpRequestException or OperationCanceledException))
        {
            // A bundle that trips over a mistake of this program is one more that is not served; it must not end the edge.
            var why = $"building it failed ({problem.GetType().Name}: {problem.Message})";
            Failed(problem, pointer.Sequence);
            status.Refused(why);
            return new ActivationResult(null, why);
        }
    }

    private async Task<string> TakeAsync(SignedDocument pointer, IBundleParts parts, CancellationToken cancel)
    {
        var held = _held ??= disk.Held();
        var (bundle, revision) = Check(pointer);
        if (pointer.Sequence < held.Sequence
            || (pointer.Sequence == held.Sequence && Newest is { } newest && !newest.Payload.AsSpan().SequenceEqual(pointer.Payload)))
        {
            throw new BundleException($"its sequence {pointer.Sequence} is not above {held.Sequence}, which this edge has served");
        }

        if (status.Sequence == pointer.Sequence)
        {
            return revision;
        }

        var manifest = await ManifestAsync(bundle, parts, cancel);
        var chunks = await ChunksAsync(manifest, parts, cancel);
        var resources = BundleReader.Resources(manifest, chunks.GetValueOrDefault);

        // On disk before it is live: should this process die of it, the next one knows.
        var next = disk.Hold(held, pointer);
        if (snapshots.TryActivate(revision, resources) is { Count: > 0 } problems)
        {
            disk.Write(held);
            Collect(held);
            throw new BundleException(string.Join("; ", problems));
        }

        _held = next;
        Serving(revision, pointer.Sequence);
        Collect(next);
        return revision;
    }

    /// <summary>The bundle a trusted pointer names, and the revision people know it by.</summary>
    private (string Bundle, string Revision) Check(SignedDocument pointer)
    {
        if (trust.WhyNot(pointer, SignedType.Pointer) is { } why)
        {
            throw new BundleException($"the pointer cannot be trusted: {why}");
        }

        var target = BundleReader.Pointer(pointer);
        return (target.Bundle, ContentHash.Revision(target.ContentHash));
    }

    private BundleManifest ManifestOnDisk(string bundle) =>
        ManifestOf(disk.Manifest(bundle) ?? throw new BundleException("its manifest is not on disk"), bundle);

    private BundleManifest ManifestOf(byte[] json, string bundle)
    {
        var document = JsonSerializer.Deserialize(json, BundleJsonContext.Default.SignedDocument) ?? throw new BundleException("the manifest is empty");
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
        catch (Exception problem) when (problem is BundleException or JsonException)
        {
            // Not there yet, or damaged: fetched.
        }

        var json = await parts.ManifestAsync(bundle, cancel) ?? throw new BundleException("the control plane does not have the manifest");
        try
        {
            var manifest = ManifestOf(json, bundle);
            disk.WriteManifest(bundle, json);
            return manifest;
        }
        catch (JsonException)
        {
            throw new BundleException("the manifest is not JSON of this version");
        }
    }

    private async Task<Dictionary<string, byte[]>> ChunksAsync(BundleManifest manifest, IBundleParts parts, CancellationToken cancel)
    {
        var chunks = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var missing = new List<BundleChunk>();
        foreach (var chunk in manifest.Chunks.DistinctBy(chunk => chunk.Sha256))
        {
            if (disk.Chunk(chunk.Sha256) is { } bytes && IsWhole(chunk, bytes))
            {
                chunks[chunk.Sha256] = bytes;
            }
            else
            {
                missing.Add(chunk);
            }
        }

        var gate = new Lock();
        await Parallel.ForEachAsync(missing, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancel }, async (chunk, token) =>
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

    private static bool IsWhole(BundleChunk chunk, byte[] bytes)
    {
        try
        {
            BundleReader.CheckChunk(chunk, bytes);
            return true;
        }
        catch (BundleException)
        {
            return false;
        }
    }

    private void Collect(HeldBundles held)
    {
        var kept = new List<(string, BundleManifest)>();
        foreach (var pointer in held.Pointers)
        {
            try
            {
                var bundle = BundleReader.Pointer(pointer).Bundle;
                kept.Add((bundle, ManifestOnDisk(bundle)));
            }
            catch (Exception problem) when (problem is BundleException or JsonException)
            {
                // An older bundle that is no longer whole or trusted has nothing worth keeping.
            }
        }

        disk.Collect(kept);
    }

    [LoggerMessage(1, LogLevel.Information, "revision {Revision} (pointer {Sequence}) is served", EventName = "config served")]
    private partial void Serving(string revision, long sequence);

    [LoggerMessage(2, LogLevel.Information, "revision {Revision} (pointer {Sequence}) is served from disk", EventName = "config from disk")]
    private partial void Started(string revision, long sequence);

    [LoggerMessage(3, LogLevel.Warning, "pointer {Sequence} on disk cannot be served: {Why}", EventName = "config not from disk")]
    private partial void NotFromDisk(long sequence, string why);

    [LoggerMessage(4, LogLevel.Warning, "pointer {Sequence} is refused, serving on: {Why}", EventName = "config refused")]
    private partial void Refused(long sequence, string why);

    [LoggerMessage(5, LogLevel.Error, "pointer {Sequence} is refused because building it failed", EventName = "config failed")]
    private partial void Failed(Exception problem, long sequence);
}
