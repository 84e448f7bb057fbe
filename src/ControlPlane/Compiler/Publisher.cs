using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Canonical;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Bundles;
using GlobalGateway.ControlPlane.Distribution;
using GlobalGateway.ControlPlane.Hosting;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Leadership;

namespace GlobalGateway.ControlPlane.Compiler;

/// <summary>Turns valid resources into a signed bundle and points every edge to it at once.</summary>
public sealed partial class Publisher(
    ControlPlaneOptions options, BundleShelf shelf, StoreMirror mirror, FleetKeys keys, FleetView fleet, SigningKey key, TimeProvider clock, ILogger<Publisher> log) : ILeaderDuty
{
    private volatile ILeadership? _term;
    private long _sequence;

    public async Task RunAsync(ILeadership term)
    {
        _term = term;
        await Task.Delay(Timeout.InfiniteTimeSpan, clock, term.Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _term = null;
    }

    /// <returns>Why nothing was published; absent when the resources are now served.</returns>
    /// <exception cref="StoreException">The store gives no answer, or this control plane does not lead.</exception>
    public async Task<string?> PublishAsync(ResourceSet resources, CancellationToken cancel)
    {
        if (resources.Models.Count == 0 && resources.Routes.Count == 0)
        {
            return "there is no Model and no Route; edges would serve nothing";
        }

        var term = _term ?? throw new StoreException("this control plane does not lead");
        var now = clock.GetUtcNow();
        var (bundle, problem) = CompiledBundle.Compile(resources, now);
        if (bundle is null)
        {
            return problem;
        }

        var served = mirror.Current.Find(keys.Pointer(BundleFormat.WholeFleet)) is { } entry ? JsonSerializer.Deserialize(entry.Value, BundleJsonContext.Default.SignedDocument) : null;
        if (served is not null && BundleReader.Pointer(served).ContentHash == bundle.ContentHash)
        {
            return null;
        }

        if (mirror.Current.Under(keys.Revisions).Select(old => JsonSerializer.Deserialize(old.Value, StoreJsonContext.Default.StoredRevision)!).FirstOrDefault(old => old.ContentHash == bundle.ContentHash) is { } known)
        {
            bundle = CompiledBundle.Compile(resources, known.At).Bundle!;
        }

        // What leaves here has been read back the way an edge will read it.
        BundleReader.Resources(BundleReader.Manifest(bundle.Manifest, bundle.Digest), digest => bundle.Chunks.GetValueOrDefault(digest));
        _sequence = 1 + new[] { _sequence, served?.Sequence ?? 0, fleet.Edges.Select(edge => edge.Report.Held?.Sequence ?? 0).DefaultIfEmpty().Max() }.Max();
        await shelf.PutAsync(term, bundle.Chunks, bundle.Digest, SignedDocument.Sign(key, SignedType.Manifest, options.Fleet, BundleFormat.WholeFleet, _sequence, bundle.Manifest), cancel);
        var payload = JsonSerializer.SerializeToUtf8Bytes(new BundlePointer { Bundle = bundle.Digest, ContentHash = bundle.ContentHash }, BundleJsonContext.Default.BundlePointer);
        var pointer = SignedDocument.Sign(key, SignedType.Pointer, options.Fleet, BundleFormat.WholeFleet, _sequence, payload);
        var revision = new StoredRevision
        {
            Sequence = _sequence,
            Revision = ContentHash.Revision(bundle.ContentHash),
            ContentHash = bundle.ContentHash,
            Bundle = bundle.Digest,
            At = now,
            Resources = resources.All().GroupBy(resource => resource.Kind, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal),
        };
        await term.CommitAsync(
            [],
            [
                new StoreWrite.Put(keys.Revision(_sequence), JsonSerializer.SerializeToUtf8Bytes(revision, StoreJsonContext.Default.StoredRevision)),
                new StoreWrite.Put(keys.Pointer(BundleFormat.WholeFleet), JsonSerializer.SerializeToUtf8Bytes(pointer, BundleJsonContext.Default.SignedDocument)),
            ],
            cancel);
        Published(revision.Revision, _sequence, resources.All().Count());
        return null;
    }

    [LoggerMessage(1, LogLevel.Information, "revision {Revision} is published as pointer {Sequence} with {Resources} resources", EventName = "published")]
    private partial void Published(string revision, long sequence, int resources);
}
