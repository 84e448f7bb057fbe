using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Bundles;
using GlobalGateway.ControlPlane.Rollouts;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Etcd;
using GlobalGateway.LocalFleet;
using GlobalGateway.LocalFleet.Planning;
using Microsoft.Extensions.Logging.Abstractions;

namespace GlobalGateway.Config.BadBundles;

/// <summary>The way into a fleet's etcd past its control plane, for what a correct one never writes.</summary>
internal sealed class StoreDoor : IAsyncDisposable
{
    private readonly EtcdKeyValueStore _store;
    private readonly FleetKeys _keys = new(FleetOptions.FleetName);

    public StoreDoor(Fleet fleet)
    {
        _store = new EtcdKeyValueStore(
            new EtcdOptions { Endpoints = [$"http://127.0.0.1:{fleet.Process("etcd").Plan.Ports[0]}"] }, TimeProvider.System, NullLogger<EtcdKeyValueStore>.Instance);
        Key = SigningKey.Open(new FleetPaths(fleet.Options.StateDirectory).SigningKey);
    }

    /// <summary>The fleet's own.</summary>
    public SigningKey Key { get; }

    /// <summary>By cohort.</summary>
    public async Task<IReadOnlyDictionary<string, SignedDocument>> PointersAsync() =>
        (await _store.RangeAsync(StoreQuery.All(_keys.Pointers), CancellationToken.None)).Entries.ToDictionary(
            entry => entry.Key[_keys.Pointers.Length..], entry => JsonSerializer.Deserialize(entry.Value, BundleJsonContext.Default.SignedDocument)!, StringComparer.Ordinal);

    /// <param name="pointers">By cohort.</param>
    public Task WriteAsync(IReadOnlyDictionary<string, SignedDocument> pointers) =>
        CommitAsync(pointers.Select(pointer => new StoreWrite.Put(_keys.Pointer(pointer.Key), Bytes(pointer.Value))));

    /// <summary>What a bundle in the store is made of.</summary>
    public async Task<ResourceSet> ResourcesAsync(SignedDocument pointer) =>
        await new BundleShelf(_store, _keys).ResourcesAsync(BundleReader.Pointer(pointer).Bundle, CancellationToken.None) ?? throw new InvalidOperationException("the store does not have the bundle");

    /// <summary>Puts a bundle in as if it had been compiled, so that the leader rolls it out.</summary>
    /// <param name="manifest">Changes the manifest before it is signed.</param>
    /// <param name="sign">Signs the manifest.</param>
    public async Task SubmitAsync(ResourceSet resources, Func<BundleManifest, BundleManifest> manifest, Func<byte[], SignedDocument> sign)
    {
        var compiled = CompiledBundle.Compile(resources, DateTimeOffset.UtcNow).Bundle!;
        var changed = manifest(JsonSerializer.Deserialize(compiled.Manifest, BundleJsonContext.Default.BundleManifest)!);
        var payload = JsonSerializer.SerializeToUtf8Bytes(changed, BundleJsonContext.Default.BundleManifest);
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(payload));
        var waiting = new WaitingBundle
        {
            Bundle = RolloutBundle.Of(resources, digest, changed.ContentHash, changed.CreatedAt, new RevisionOrigin("a test")),
            AskedBy = "a test",
        };
        await CommitAsync(compiled.Chunks.Select(chunk => new StoreWrite.Put(_keys.Chunk(chunk.Key), chunk.Value)));
        await CommitAsync([new StoreWrite.Put(_keys.Manifest(digest), Bytes(sign(payload)))]);
        await CommitAsync([new StoreWrite.Put(_keys.Waiting, JsonSerializer.SerializeToUtf8Bytes(waiting, RolloutJsonContext.Default.WaitingBundle))]);
    }

    public ValueTask DisposeAsync()
    {
        Key.Dispose();
        return _store.DisposeAsync();
    }

    private static byte[] Bytes(SignedDocument document) => JsonSerializer.SerializeToUtf8Bytes(document, BundleJsonContext.Default.SignedDocument);

    private async Task CommitAsync(IEnumerable<StoreWrite> writes) => await _store.CommitAsync(new StoreTransaction([], [.. writes]), CancellationToken.None);
}
