using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.ControlPlane.Bundles;
using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>
/// Deletes what no kept revision needs: 20 revisions are kept, and whatever a pointer names. Parts are never deleted while a revision is
/// being put in, which may share them.
/// </summary>
public sealed class RevisionCollector(IKeyValueStore store, FleetKeys keys, BundleShelf shelf) : IDisposable
{
    public const int RevisionsKept = 20;

    /// <summary>Ended rollouts that can be looked at.</summary>
    public const int RolloutsKept = 200;

    private readonly SemaphoreSlim _gate = new(1, 1);

    public void Dispose() => _gate.Dispose();

    /// <summary>Nothing is deleted until what is returned is disposed of.</summary>
    public async Task<IDisposable> KeepAsync(CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        return new Release(_gate);
    }

    internal async Task CollectAsync(NamedTerm term, CancellationToken cancel)
    {
        using var kept = await KeepAsync(cancel);
        var deletes = (await RolloutsAsync(cancel)).Concat(await RevisionsAsync(cancel)).ToList();
        foreach (var part in deletes.Chunk(StoreLimits.TransactionPartsMax))
        {
            await term.CommitAsync(StoreWrites.Collected, [], part, cancel);
        }
    }

    private async Task<List<StoreWrite>> RolloutsAsync(CancellationToken cancel)
    {
        var entries = (await store.RangeAsync(StoreQuery.All(keys.EndedRollouts) with { KeysOnly = true }, cancel)).Entries;
        return [.. entries.SkipLast(RolloutsKept).Select(entry => new StoreWrite.Delete(entry.Key))];
    }

    private async Task<List<StoreWrite>> RevisionsAsync(CancellationToken cancel)
    {
        // In the order in which a bundle goes from one to the next, so that none is missed on its way.
        var entries = new List<StoreEntry>();
        foreach (var query in (StoreQuery[])[StoreQuery.One(keys.Waiting), StoreQuery.One(keys.Rollout), StoreQuery.All(keys.Pointers)])
        {
            entries.AddRange((await store.RangeAsync(query, cancel)).Entries);
        }

        var needed = Needed(entries);
        var revisions = (await store.RangeAsync(StoreQuery.All(keys.Revisions), cancel)).Entries
            .Select(entry => (entry.Key, Revision: JsonSerializer.Deserialize(entry.Value, RolloutJsonContext.Default.StoredRevision)!)).Reverse().ToList();
        var gone = revisions.Skip(RevisionsKept).Where(revision => !needed.Contains(revision.Revision.Bundle)).ToList();
        var deletes = gone.Select(revision => (StoreWrite)new StoreWrite.Delete(revision.Key)).ToList();
        needed.UnionWith(revisions.Except(gone).Select(revision => revision.Revision.Bundle));
        var manifests = await shelf.DigestsAsync(keys.Manifests, cancel);
        if (manifests.IsSubsetOf(needed))
        {
            return deletes;
        }

        deletes.AddRange(manifests.Except(needed).Select(digest => new StoreWrite.Delete(keys.Manifest(digest))));
        if (await ChunksAsync(needed, cancel) is { } chunks)
        {
            deletes.AddRange((await shelf.DigestsAsync(keys.Chunks, cancel)).Except(chunks).Select(digest => new StoreWrite.Delete(keys.Chunk(digest))));
        }

        return deletes;
    }

    /// <returns>What the bundles are made of; nothing while one of them is another version's, which may need any.</returns>
    private async Task<HashSet<string>?> ChunksAsync(IEnumerable<string> bundles, CancellationToken cancel)
    {
        var chunks = new HashSet<string>(StringComparer.Ordinal);
        foreach (var bundle in bundles)
        {
            try
            {
                if (await shelf.ManifestAsync(bundle, cancel) is { } signed)
                {
                    var document = JsonSerializer.Deserialize(signed, BundleJsonContext.Default.SignedDocument)!;
                    chunks.UnionWith(BundleReader.Manifest(document.Payload, bundle).Chunks.Select(chunk => chunk.Sha256));
                }
            }
            catch (Exception problem) when (problem is JsonException or BundleException)
            {
                return null;
            }
        }

        return chunks;
    }

    /// <summary>Bundles that are served, rolled out, waiting, or gone back to.</summary>
    private HashSet<string> Needed(List<StoreEntry> entries)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (entry.Key.StartsWith(keys.Pointers, StringComparison.Ordinal))
            {
                needed.Add(BundleReader.Pointer(JsonSerializer.Deserialize(entry.Value, BundleJsonContext.Default.SignedDocument)!).Bundle);
            }
            else if (entry.Key == keys.Waiting)
            {
                needed.Add(JsonSerializer.Deserialize(entry.Value, RolloutJsonContext.Default.WaitingBundle)!.Bundle.Bundle);
            }
            else if (entry.Key == keys.Rollout)
            {
                var state = RolloutState.FromJson(entry.Value);
                needed.UnionWith(((RolloutBundle?[])[state.LastGood, state.GoodBefore, state.Current?.Bundle, state.Current?.From]).OfType<RolloutBundle>().Select(bundle => bundle.Bundle));
            }
        }

        return needed;
    }

    private sealed class Release(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
