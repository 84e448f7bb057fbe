using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using GlobalGateway.Contracts.Canonical;
using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Contracts.Bundles;

/// <summary>A configuration cut into content-addressed chunks.</summary>
public sealed class CompiledBundle
{
    // One resource in so many ends its chunk. The end depends on the resource's own name, so an added or changed one moves only its own chunk.
    private const int ResourcesPerChunk = 128;

    private CompiledBundle(string contentHash, byte[] manifest, IReadOnlyDictionary<string, byte[]> chunks)
    {
        ContentHash = contentHash;
        Manifest = manifest;
        Digest = Convert.ToHexStringLower(SHA256.HashData(manifest));
        Chunks = chunks;
    }

    public string ContentHash { get; }

    /// <summary>The manifest's SHA-256: the bundle's identity.</summary>
    public string Digest { get; }

    public byte[] Manifest { get; }

    public IReadOnlyDictionary<string, byte[]> Chunks { get; }

    /// <returns>The bundle, or why there can be none.</returns>
    public static (CompiledBundle? Bundle, string? Problem) Compile(ResourceSet resources, DateTimeOffset createdAt)
    {
        var chunks = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var order = new List<BundleChunk>();
        var lines = new List<byte[]>();
        using var open = new MemoryStream();
        long bytes = 0;
        foreach (var resource in resources.All())
        {
            var line = CanonicalJson.Write(resource);
            if (line.Length + 1 > BundleFormat.ChunkBytesMax)
            {
                return (null, $"{resource.Id} has {line.Length:#,0} bytes; a resource may have {BundleFormat.ChunkBytesMax - 1:#,0}");
            }

            if (open.Length + line.Length + 1 > BundleFormat.ChunkBytesMax)
            {
                Close(open, chunks, order);
            }

            lines.Add(line);
            bytes += line.Length + 1;
            open.Write(line);
            open.WriteByte((byte)'\n');
            if (EndsChunk(resource.Id))
            {
                Close(open, chunks, order);
            }
        }

        Close(open, chunks, order);
        if (lines.Count > BundleFormat.ResourcesMax || bytes > BundleFormat.BundleBytesMax || order.Count > BundleFormat.ChunksMax)
        {
            return (null, $"{lines.Count:#,0} resources with {bytes:#,0} bytes in {order.Count:#,0} chunks; at most {BundleFormat.ResourcesMax:#,0}, {BundleFormat.BundleBytesMax:#,0} and {BundleFormat.ChunksMax:#,0} are allowed");
        }

        var manifest = new BundleManifest
        {
            Format = BundleFormat.Current,
            ContentHash = Canonical.ContentHash.Of(lines),
            CreatedAt = createdAt,
            Resources = lines.Count,
            Chunks = order,
        };
        return (new CompiledBundle(manifest.ContentHash, JsonSerializer.SerializeToUtf8Bytes(manifest, BundleJsonContext.Default.BundleManifest), chunks), null);
    }

    private static bool EndsChunk(string id)
    {
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(id), digest);
        return digest[0] % ResourcesPerChunk == 0;
    }

    private static void Close(MemoryStream open, Dictionary<string, byte[]> chunks, List<BundleChunk> order)
    {
        if (open.Length == 0)
        {
            return;
        }

        var bytes = open.ToArray();
        var digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
        chunks[digest] = bytes;
        order.Add(new BundleChunk(digest, bytes.Length));
        open.SetLength(0);
    }
}
