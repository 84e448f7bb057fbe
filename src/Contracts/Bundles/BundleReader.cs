using System.Security.Cryptography;
using System.Text.Json;
using GlobalGateway.Contracts.Canonical;
using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Contracts.Bundles;

/// <summary>Turns manifests and chunks back into resources; every digest and limit is checked before anything is used.</summary>
public static class BundleReader
{
    /// <exception cref="BundleException">The pointer is not one this version reads.</exception>
    public static BundlePointer Pointer(SignedDocument document)
    {
        var pointer = Parse(document.Payload, BundleJsonContext.Default.BundlePointer, BundleFormat.PointerBytesMax, "pointer");
        return BundleFormat.IsDigest(pointer.Bundle) && BundleFormat.IsDigest(pointer.ContentHash)
            ? pointer
            : throw new BundleException("the pointer names no digest");
    }

    /// <exception cref="BundleException">The list is not one this version reads.</exception>
    public static RevocationList Revocations(SignedDocument document)
    {
        var list = Parse(document.Payload, BundleJsonContext.Default.RevocationList, BundleFormat.RevocationBytesMax, "revocation list");
        return list.Keys.Count <= RevocationList.KeysMax && list.Keys.All(BundleFormat.IsDigest)
            ? list
            : throw new BundleException("the revocation list names too many keys or no digests");
    }

    /// <exception cref="BundleException">The manifest is not the one meant, or beyond a limit.</exception>
    public static BundleManifest Manifest(byte[] payload, string digest)
    {
        if (Convert.ToHexStringLower(SHA256.HashData(payload)) != digest)
        {
            throw new BundleException("the manifest is not the one the pointer names");
        }

        var manifest = Parse(payload, BundleJsonContext.Default.BundleManifest, BundleFormat.ManifestBytesMax, "manifest");
        if (!BundleFormat.Readable.Contains(manifest.Format))
        {
            throw new BundleException($"the manifest's format is {manifest.Format}; read here: {string.Join(", ", BundleFormat.Readable)}");
        }

        if (manifest.Chunks.Count > BundleFormat.ChunksMax
            || manifest.Resources is < 0 or > BundleFormat.ResourcesMax
            || manifest.Chunks.Any(chunk => chunk is null || chunk.Bytes is < 1 or > BundleFormat.ChunkBytesMax || !BundleFormat.IsDigest(chunk.Sha256))
            || manifest.Chunks.Sum(chunk => (long)chunk.Bytes) > BundleFormat.BundleBytesMax)
        {
            throw new BundleException("the manifest is beyond a limit");
        }

        return manifest;
    }

    /// <param name="known">What chunks were read as before: an unchanged one is not read again. Holds this bundle's chunks afterwards.</param>
    /// <exception cref="BundleException">A chunk is missing or not what its name says, or the whole is not what the manifest says.</exception>
    public static ResourceSet Resources(BundleManifest manifest, Func<string, byte[]?> chunkOf, ReadChunks? known = null)
    {
        var resources = new List<Resource>(manifest.Resources);
        var read = new Dictionary<string, Resource[]>(StringComparer.Ordinal);

        // Chunks are cut from the canonical lines in their order: one after the other they are what the content hash is of.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var chunk in manifest.Chunks)
        {
            var bytes = chunkOf(chunk.Sha256) ?? throw new BundleException($"chunk {chunk.Sha256[..7]} is missing");
            CheckChunk(chunk, bytes);
            hash.AppendData(bytes);
            if (known?.Find(chunk.Sha256) is not { } part)
            {
                part = ReadLines(bytes);
            }

            read[chunk.Sha256] = part;
            resources.AddRange(part);
            if (resources.Count > manifest.Resources)
            {
                throw new BundleException("a chunk has more resources than the manifest says");
            }
        }

        if (resources.Count != manifest.Resources || Convert.ToHexStringLower(hash.GetHashAndReset()) != manifest.ContentHash)
        {
            throw new BundleException("the chunks do not add up to the manifest's content hash");
        }

        var set = ResourceSet.Of(resources);
        if (set.FirstTwice() is { } twice)
        {
            throw new BundleException($"{twice} is there twice");
        }

        known?.Replace(read);
        return set;
    }

    public static bool IsWhole(BundleChunk chunk, byte[] bytes) =>
        bytes.Length == chunk.Bytes && Convert.ToHexStringLower(SHA256.HashData(bytes)) == chunk.Sha256;

    /// <exception cref="BundleException">The bytes are not what the chunk's name says.</exception>
    public static void CheckChunk(BundleChunk chunk, byte[] bytes)
    {
        if (!IsWhole(chunk, bytes))
        {
            throw new BundleException($"chunk {chunk.Sha256[..7]} is damaged");
        }
    }

    private static Resource[] ReadLines(ReadOnlySpan<byte> rest)
    {
        var resources = new List<Resource>();
        while (rest.Length > 0)
        {
            var end = rest.IndexOf((byte)'\n');
            if (end < 0)
            {
                throw new BundleException("a chunk does not end with a resource");
            }

            try
            {
                resources.Add(CanonicalJson.Read(rest[..end]));
            }
            catch (JsonException problem)
            {
                throw new BundleException($"a resource cannot be read by this version: {problem.Message}");
            }

            rest = rest[(end + 1)..];
        }

        return [.. resources];
    }

    private static T Parse<T>(byte[] json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, int bytesMax, string what)
        where T : class
    {
        try
        {
            return json.Length <= bytesMax && JsonSerializer.Deserialize(json, type) is { } value
                ? value
                : throw new BundleException($"the {what} is too large or empty");
        }
        catch (JsonException)
        {
            throw new BundleException($"the {what} is not JSON of this version");
        }
    }
}

/// <summary>Received configuration that must not be used; the message says why and holds no content.</summary>
public sealed class BundleException(string message) : Exception(message);
