using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Trust;

namespace GlobalGateway.Fuzz.Bundles;

/// <summary>A bundle as a wrong compiler might have made it: changed first, then named by its digests and signed with a key that edges trust.</summary>
/// <param name="Document">The signed manifest.</param>
public sealed record MutatedBundle(SignedDocument Document, string Digest, IReadOnlyDictionary<string, byte[]> Chunks, string ContentHash)
{
    private const int ChunkLinesMax = 40;

    /// <param name="sound">The canonical lines of a bundle that can be served.</param>
    public static MutatedBundle Make(int seed, IReadOnlyList<byte[]> sound, SigningKey key, string fleet)
    {
        var random = new Random(seed);
        var lines = sound.ToList();
        foreach (var at in Enumerable.Range(0, random.Next(1, 3)).Select(_ => random.Next(sound.Count)).Distinct())
        {
            lines[at] = new LineMutator(unchecked(seed * 31 + at)).Mutate(sound[at], sound);
        }

        if (random.Next(40) == 0)
        {
            lines.Add(lines[random.Next(lines.Count)]);
        }

        var chunks = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var order = new List<BundleChunk>();
        foreach (var part in lines.Chunk(random.Next(1, ChunkLinesMax)))
        {
            byte[] bytes = [.. part.SelectMany(line => line.Append((byte)'\n'))];
            var digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
            chunks[digest] = bytes;
            order.Add(new BundleChunk(digest, bytes.Length));
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var chunk in order)
        {
            hash.AppendData(chunks[chunk.Sha256]);
        }

        var contentHash = Convert.ToHexStringLower(hash.GetHashAndReset());
        var manifest = JsonSerializer.SerializeToUtf8Bytes(
            new BundleManifest { Format = BundleFormat.Current, ContentHash = contentHash, CreatedAt = DateTimeOffset.UnixEpoch, Resources = lines.Count, Chunks = order },
            BundleJsonContext.Default.BundleManifest);
        if (random.Next(20) == 0)
        {
            manifest = Manifest(manifest, random);
        }

        return new MutatedBundle(
            SignedDocument.Sign(key, SignedType.Manifest, fleet, BundleFormat.WholeFleet, 1, manifest), Convert.ToHexStringLower(SHA256.HashData(manifest)), chunks, contentHash);
    }

    private static byte[] Manifest(byte[] manifest, Random random)
    {
        var root = JsonNode.Parse(manifest)!.AsObject();
        var chunks = root["chunks"]!.AsArray();
        switch (random.Next(8))
        {
            case 0:
                root["format"] = random.Next(-1, 5);
                break;
            case 1:
                root["resources"] = random.Next(-1, 400_000);
                break;
            case 2:
                root["chunks"] = null;
                break;
            case 3:
                chunks.Add(chunks[random.Next(chunks.Count)]!.DeepClone());
                break;
            case 4:
                chunks[0]!["bytes"] = random.NextInt64();
                break;
            case 5:
                chunks[0]!["sha256"] = "../../held";
                break;
            case 6:
                chunks.Add(null);
                break;
            default:
                manifest[random.Next(manifest.Length)] ^= (byte)(1 << random.Next(8));
                return manifest;
        }

        return System.Text.Encoding.UTF8.GetBytes(root.ToJsonString());
    }
}
