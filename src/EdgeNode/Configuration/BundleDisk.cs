using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Storage;

namespace GlobalGateway.EdgeNode.Configuration;

/// <summary>
/// The last good bundles in the edge's data folder.
/// Invariants: chunks and manifests carry their digests as names and are checked when read; the list of what is held has
/// its checksum before it; everything is written aside, synced and renamed, so a crash leaves the old or the new.
/// </summary>
public sealed partial class BundleDisk(string directory, ILogger<BundleDisk> log) : IBundleParts
{
    /// <summary>Of the data folder.</summary>
    public const string Folder = "config";

    private const long HeldBytesMax = 1024 * 1024;
    private const long RevocationsBytesMax = 1024 * 1024;

    private readonly Lock _preparing = new();
    private bool _prepared;

    /// <summary>What was served, newest first; nothing in a new or damaged folder.</summary>
    public HeldBundles Held() => Read("held", HeldBytesMax, HeldJsonContext.Default.HeldBundles, out _) ?? new HeldBundles();

    /// <summary>The newest list of revoked keys; absent when there is none or it is damaged.</summary>
    public SignedDocument? Revocations(out bool damaged) =>
        Read("revocations", RevocationsBytesMax, BundleJsonContext.Default.SignedDocument, out damaged);

    public void WriteRevocations(SignedDocument document)
    {
        Prepare();
        ChecksummedFile.Write(PathOf("revocations"), JsonSerializer.SerializeToUtf8Bytes(document, BundleJsonContext.Default.SignedDocument));
    }

    public void Write(HeldBundles held)
    {
        Prepare();
        ChecksummedFile.Write(PathOf("held"), JsonSerializer.SerializeToUtf8Bytes(held, HeldJsonContext.Default.HeldBundles));
    }

    Task<byte[]?> IBundleParts.ManifestAsync(string digest, CancellationToken cancel) => Task.FromResult(Manifest(digest));

    Task<byte[]?> IBundleParts.ChunkAsync(string digest, CancellationToken cancel) => Task.FromResult(Chunk(digest));

    public byte[]? Chunk(string digest) => DurableFile.Read(PathOf("chunks", digest), BundleFormat.ChunkBytesMax);

    /// <summary>A signed manifest as JSON.</summary>
    public byte[]? Manifest(string digest) => DurableFile.Read(PathOf("manifests", digest), BundleFormat.SignedManifestBytesMax);

    public void WriteChunk(string digest, byte[] bytes)
    {
        Prepare();
        DurableFile.Write(PathOf("chunks", digest), bytes);
    }

    public void WriteManifest(string digest, byte[] bytes)
    {
        Prepare();
        DurableFile.Write(PathOf("manifests", digest), bytes);
    }

    /// <summary>Deletes what no held bundle needs.</summary>
    public void Collect(IEnumerable<(string Digest, BundleManifest Manifest)> kept)
    {
        Prepare();
        var manifests = new HashSet<string>(StringComparer.Ordinal);
        var chunks = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (digest, manifest) in kept)
        {
            manifests.Add(digest);
            chunks.UnionWith(manifest.Chunks.Select(chunk => chunk.Sha256));
        }

        DeleteAllBut(PathOf("manifests"), manifests);
        DeleteAllBut(PathOf("chunks"), chunks);
    }

    private T? Read<T>(string name, long bytesMax, JsonTypeInfo<T> type, out bool damaged)
        where T : class
    {
        if (ChecksummedFile.Read(PathOf(name), bytesMax, out damaged) is { } body)
        {
            try
            {
                return JsonSerializer.Deserialize(body, type);
            }
            catch (JsonException)
            {
                damaged = true;
            }
        }

        if (damaged)
        {
            Damaged(name);
        }

        return null;
    }

    private static void DeleteAllBut(string folder, HashSet<string> kept)
    {
        foreach (var path in Directory.EnumerateFiles(folder).Where(path => !kept.Contains(Path.GetFileName(path))))
        {
            File.Delete(path);
        }
    }

    private void Prepare()
    {
        lock (_preparing)
        {
            if (_prepared)
            {
                return;
            }

            foreach (var folder in (string[])[directory, PathOf("chunks"), PathOf("manifests")])
            {
                Directory.CreateDirectory(folder);
                DurableFile.RemoveTemporary(folder);
            }

            _prepared = true;
        }
    }

    private string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([directory, .. parts]);

    [LoggerMessage(1, LogLevel.Warning, "{File} in the data folder is damaged and not used", EventName = "config damaged")]
    private partial void Damaged(string file);
}
