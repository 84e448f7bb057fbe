using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Fleet;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.ControlPlane.Distribution;
using GlobalGateway.ControlPlane.Store.Leadership;

namespace GlobalGateway.ControlPlane.Bundles;

/// <summary>Brings bundles that only edges still have back into a store that lost them.</summary>
public sealed partial class BundleRecovery(BundleShelf shelf, EdgeClient edges, FleetView fleet, StreamTrust trust, ILogger<BundleRecovery> log)
{
    /// <summary>Asks the edges that serve the bundle, or hold a pointer to it, until one has all of it; every digest and the signature are checked.</summary>
    /// <returns>Its resources and when it was made; nothing when no edge has the whole of it.</returns>
    public async Task<RecoveredBundle?> RecoverAsync(ILeadership term, string bundle, CancellationToken cancel)
    {
        foreach (var peer in fleet.Askable.OrderByDescending(edge => edge.Report.Bundle == bundle).Select(edge => edge.Address).Distinct())
        {
            try
            {
                if (await TakeAsync(term, bundle, edges.Parts(peer), cancel) is { } recovered)
                {
                    Recovered(bundle, peer);
                    return recovered;
                }
            }
            catch (Exception problem) when (problem is HttpRequestException or BundleException or JsonException)
            {
                NotRecovered(bundle, peer, problem.Message);
            }
        }

        return null;
    }

    private async Task<RecoveredBundle?> TakeAsync(ILeadership term, string bundle, HttpBundleParts parts, CancellationToken cancel)
    {
        if (await parts.ManifestAsync(bundle, cancel) is not { } signed
            || JsonSerializer.Deserialize(signed, BundleJsonContext.Default.SignedDocument) is not { } document
            || !trust.IsOwn(document, SignedType.Manifest))
        {
            return null;
        }

        var manifest = BundleReader.Manifest(document.Payload, bundle);
        var chunks = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var digest in manifest.Chunks.Select(chunk => chunk.Sha256).Distinct())
        {
            if (await parts.ChunkAsync(digest, cancel) is not { } chunk)
            {
                return null;
            }

            chunks[digest] = chunk;
        }

        var resources = BundleReader.Resources(manifest, chunks.GetValueOrDefault);
        await shelf.PutAsync(term, chunks, bundle, document, cancel);
        return new RecoveredBundle(resources, manifest.ContentHash, manifest.CreatedAt);
    }

    [LoggerMessage(1, LogLevel.Warning, "bundle {Bundle} was not in the store and is taken back from the edge {Peer}", EventName = "bundle recovered")]
    private partial void Recovered(string bundle, Uri peer);

    [LoggerMessage(2, LogLevel.Warning, "bundle {Bundle} cannot be taken from the edge {Peer}: {Why}", EventName = "bundle not recovered")]
    private partial void NotRecovered(string bundle, Uri peer, string why);
}

/// <summary>What a recovered bundle says.</summary>
public sealed record RecoveredBundle(ResourceSet Resources, string ContentHash, DateTimeOffset CreatedAt);
