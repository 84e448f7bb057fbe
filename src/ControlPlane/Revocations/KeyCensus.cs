using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.ControlPlane.Revocations;

/// <summary>
/// Which client keys the bundles in the store hold. Keys are known by the first 64 bits of their SHA-256: that two meet is unlikely, and
/// would only keep a revocation for longer than needed.
/// </summary>
public sealed class KeyCensus(IKeyValueStore store, FleetKeys keys)
{
    private const int ChunksAtOnce = 8;

    private readonly ConcurrentDictionary<string, ulong[]> _ofChunk = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, BundleManifest> _manifests = new(StringComparer.Ordinal);

    /// <summary>The keys of one bundle.</summary>
    /// <exception cref="BundleNotReadableException">The store does not have the whole bundle, or it is another version's.</exception>
    public async Task<IReadOnlySet<ulong>> OfAsync(string bundle, CancellationToken cancel)
    {
        var all = new HashSet<ulong>();
        foreach (var part in await PartsAsync(await ManifestAsync(bundle, cancel), cancel))
        {
            all.UnionWith(part);
        }

        return all;
    }

    /// <summary>The keys of every bundle in the store. One that cannot be read may hold any: it must not keep a key from being revoked, nor revoked ones from staying so.</summary>
    public async Task<RetainedKeys> RetainedAsync(CancellationToken cancel)
    {
        var bundles = await store.NamesAsync(keys.Manifests, cancel);
        var all = new HashSet<ulong>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var isWhole = true;
        foreach (var bundle in bundles)
        {
            try
            {
                var manifest = await ManifestAsync(bundle, cancel);
                foreach (var part in await PartsAsync(manifest with { Chunks = [.. manifest.Chunks.Where(chunk => seen.Add(chunk.Sha256))] }, cancel))
                {
                    all.UnionWith(part);
                }
            }
            catch (BundleNotReadableException)
            {
                isWhole = false;
            }
        }

        Forget(bundles, seen);
        return new RetainedKeys(all, isWhole);
    }

    /// <summary>What a key's SHA-256 is known by here.</summary>
    public static ulong Prefix(string sha256) => BinaryPrimitives.ReadUInt64BigEndian(Convert.FromHexString(sha256.AsSpan(0, 16)));

    private async Task<BundleManifest> ManifestAsync(string bundle, CancellationToken cancel)
    {
        if (_manifests.TryGetValue(bundle, out var known))
        {
            return known;
        }

        try
        {
            var bytes = (await store.RangeAsync(StoreQuery.One(keys.Manifest(bundle)), cancel)).Single?.Value ?? throw new BundleNotReadableException($"the store does not have bundle {bundle[..7]}");
            var document = JsonSerializer.Deserialize(bytes, BundleJsonContext.Default.SignedDocument) ?? throw new JsonException();
            return _manifests[bundle] = BundleReader.Manifest(document.Payload, bundle);
        }
        catch (Exception problem) when (problem is JsonException or BundleException)
        {
            throw new BundleNotReadableException($"the manifest of bundle {bundle[..7]} in the store is damaged, or another version's");
        }
    }

    private async Task<ulong[][]> PartsAsync(BundleManifest manifest, CancellationToken cancel)
    {
        var parts = new ulong[manifest.Chunks.Count][];
        await Parallel.ForAsync(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = ChunksAtOnce, CancellationToken = cancel }, async (number, token) =>
        {
            var digest = manifest.Chunks[number].Sha256;
            if (!_ofChunk.TryGetValue(digest, out var part))
            {
                var bytes = (await store.RangeAsync(StoreQuery.One(keys.Chunk(digest)), token)).Single?.Value ?? throw new BundleNotReadableException($"the store does not have chunk {digest[..7]}");
                _ofChunk[digest] = part = KeysIn(bytes);
            }

            parts[number] = part;
        });
        return parts;
    }

    private void Forget(IReadOnlyList<string> bundles, HashSet<string> chunks)
    {
        foreach (var gone in _manifests.Keys.Except(bundles))
        {
            _manifests.TryRemove(gone, out _);
        }

        foreach (var gone in _ofChunk.Keys.Where(digest => !chunks.Contains(digest)))
        {
            _ofChunk.TryRemove(gone, out _);
        }
    }

    /// <summary>A key is wherever a field called <c>sha256</c> holds a digest.</summary>
    private static ulong[] KeysIn(byte[] chunk)
    {
        var found = new List<ulong>();
        for (var rest = chunk.AsSpan(); rest.Length > 0;)
        {
            var end = rest.IndexOf((byte)'\n') is >= 0 and var at ? at : rest.Length;
            var reader = new Utf8JsonReader(rest[..end]);
            try
            {
                while (reader.Read())
                {
                    if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("sha256"u8) && reader.Read()
                        && reader.TokenType == JsonTokenType.String && reader.GetString() is { } digest && BundleFormat.IsDigest(digest))
                    {
                        found.Add(Prefix(digest));
                    }
                }
            }
            catch (JsonException)
            {
                throw new BundleNotReadableException("a chunk in the store is damaged");
            }

            rest = rest[Math.Min(rest.Length, end + 1)..];
        }

        return [.. found];
    }
}

/// <summary>The keys that the bundles in the store hold.</summary>
/// <param name="IsWhole">Whether each could be read.</param>
public sealed record RetainedKeys(IReadOnlySet<ulong> Keys, bool IsWhole)
{
    /// <param name="hash">SHA-256 of the key.</param>
    public bool MayHold(string hash) => !IsWhole || Keys.Contains(KeyCensus.Prefix(hash));
}

/// <summary>A bundle in the store lacks a part, or this version cannot read one.</summary>
public sealed class BundleNotReadableException(string message) : StoreException(message);
