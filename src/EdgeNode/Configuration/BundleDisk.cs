using System.Security.Cryptography;
using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Storage;
using GlobalGateway.EdgeNode.Hosting;

namespace GlobalGateway.EdgeNode.Configuration;

/// <summary>
/// The last good bundles in the edge's data folder.
/// Invariants: chunks and manifests carry their digests as names and are checked when read; the list of what is held has
/// its checksum before it; everything is written aside, synced and renamed, so a crash leaves the old or the new.
/// </summary>
public sealed partial class BundleDisk(EdgeOptions options, ILogger<BundleDisk> log)
{
    private const int DigestLetters = 64;
    private const long HeldBytesMax = 1024 * 1024;

    private readonly string _directory = Path.Combine(options.DataDirectory, "config");
    private bool _prepared;

    /// <summary>What was served, newest first; nothing in a new or damaged folder.</summary>
    public HeldBundles Held()
    {
        var none = new HeldBundles();
        if (DurableFile.Read(PathOf("held"), HeldBytesMax) is not { } bytes)
        {
            return none;
        }

        try
        {
            var body = bytes.AsSpan(Math.Min(bytes.Length, DigestLetters + 1));
            if (Convert.ToHexStringLower(SHA256.HashData(body)) == System.Text.Encoding.ASCII.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, DigestLetters))))
            {
                return JsonSerializer.Deserialize(body, HeldJsonContext.Default.HeldBundles) ?? none;
            }
        }
        catch (JsonException)
        {
            // Falls through to the same warning as a wrong checksum.
        }

        Damaged("held");
        return none;
    }

    public void Write(HeldBundles held)
    {
        Prepare();
        var body = JsonSerializer.SerializeToUtf8Bytes(held, HeldJsonContext.Default.HeldBundles);
        DurableFile.Write(PathOf("held"), [.. System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(body))), (byte)'\n', .. body]);
    }

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

    private static void DeleteAllBut(string folder, HashSet<string> kept)
    {
        foreach (var path in Directory.EnumerateFiles(folder).Where(path => !kept.Contains(Path.GetFileName(path))))
        {
            File.Delete(path);
        }
    }

    private void Prepare()
    {
        if (_prepared)
        {
            return;
        }

        foreach (var folder in (string[])[_directory, PathOf("chunks"), PathOf("manifests")])
        {
            Directory.CreateDirectory(folder);
            DurableFile.RemoveTemporary(folder);
        }

        _prepared = true;
    }

    private string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([_directory, .. parts]);

    [LoggerMessage(1, LogLevel.Warning, "{File} in the data folder is damaged and not used", EventName = "config damaged")]
    private partial void Damaged(string file);
}
