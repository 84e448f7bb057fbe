using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Canonical;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Distribution;
using GlobalGateway.ControlPlane.Hosting;
using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.ControlPlane.Compiler;

/// <summary>Turns valid resources into a signed bundle, moves the pointer and tells the edges.</summary>
public sealed partial class Publisher(
    ControlPlaneOptions options, EmbeddedStore store, FleetHub hub, SigningKey key, TimeProvider clock, ILogger<Publisher> log)
{
    private readonly Lock _gate = new();

    /// <summary>The highest sequence that an edge has shown to hold; what is published next is above it, even where nothing is served yet.</summary>
    private long _held;

    /// <returns>Why nothing was published; absent when the resources are now served.</returns>
    public string? Publish(ResourceSet resources)
    {
        if (resources.Models.Count == 0 && resources.Routes.Count == 0)
        {
            return "there is no Model and no Route; edges would serve nothing";
        }

        lock (_gate)
        {
            var contentHash = ContentHash.Of(resources);
            if (store.Pointer is { } served && BundleReader.Pointer(served).ContentHash == contentHash)
            {
                return null;
            }

            var now = clock.GetUtcNow();
            var kinds = resources.All().GroupBy(resource => resource.Kind, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
            if (store.Revisions.FirstOrDefault(revision => revision.ContentHash == contentHash) is { } known)
            {
                Move(known.Bundle, contentHash, kinds, new Dictionary<string, byte[]>(), null, now);
                return null;
            }

            var (bundle, problem) = CompiledBundle.Compile(resources, now);
            if (bundle is null)
            {
                return problem;
            }

            // What leaves here has been read back the way an edge will read it.
            BundleReader.Resources(BundleReader.Manifest(bundle.Manifest, bundle.Digest), digest => bundle.Chunks.GetValueOrDefault(digest));
            var manifest = SignedDocument.Sign(key, SignedType.Manifest, options.Fleet, BundleFormat.WholeFleet, NextSequence(), bundle.Manifest);
            Move(bundle.Digest, contentHash, kinds, bundle.Chunks, manifest, now);
            return null;
        }
    }

    /// <summary>
    /// An edge holds a pointer that this store does not know: the store is older than the fleet. Edges never go back,
    /// so what is served here gets a higher sequence than theirs.
    /// </summary>
    public void RiseAbove(SignedDocument held)
    {
        lock (_gate)
        {
            _held = Math.Max(_held, held.Sequence);
            if (store.Pointer is not { } served || held.Sequence < served.Sequence
                || (held.Sequence == served.Sequence && held.Payload.AsSpan().SequenceEqual(served.Payload))
                || store.Revisions is not [var newest, ..])
            {
                return;
            }

            RisingAbove(held.Sequence, served.Sequence);
            Move(newest.Bundle, newest.ContentHash, newest.Resources, new Dictionary<string, byte[]>(), null, clock.GetUtcNow());
        }
    }

    private long NextSequence() => Math.Max(store.Pointer?.Sequence ?? 0, _held) + 1;

    private void Move(
        string bundle,
        string contentHash,
        IReadOnlyDictionary<string, int> kinds,
        IReadOnlyDictionary<string, byte[]> chunks,
        SignedDocument? manifest,
        DateTimeOffset now)
    {
        var sequence = NextSequence();
        var payload = JsonSerializer.SerializeToUtf8Bytes(
            new BundlePointer { Bundle = bundle, ContentHash = contentHash }, BundleJsonContext.Default.BundlePointer);
        var pointer = SignedDocument.Sign(key, SignedType.Pointer, options.Fleet, BundleFormat.WholeFleet, sequence, payload);
        var revision = new StoredRevision
        {
            Sequence = sequence, Revision = ContentHash.Revision(contentHash), ContentHash = contentHash, Bundle = bundle, At = now, Resources = kinds,
        };
        store.Commit(revision, chunks, manifest, pointer);
        Published(revision.Revision, sequence, kinds.Values.Sum());
        hub.PointerMoved();
    }

    [LoggerMessage(1, LogLevel.Information, "revision {Revision} is published as pointer {Sequence} with {Resources} resources", EventName = "published")]
    private partial void Published(string revision, long sequence, int resources);

    [LoggerMessage(2, LogLevel.Warning, "an edge holds pointer {Held}, this store has {Sequence}: the store is older than the fleet, so its revision gets a higher one", EventName = "store rewound")]
    private partial void RisingAbove(long held, long sequence);
}
