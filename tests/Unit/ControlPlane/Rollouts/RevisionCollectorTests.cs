using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Bundles;
using GlobalGateway.ControlPlane.Rollouts;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Embedded;
using GlobalGateway.ControlPlane.Store.Leadership;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ControlPlane.Rollouts;

public sealed class RevisionCollectorTests : IAsyncDisposable
{
    private const string Fleet = "test";

    private readonly string _root = Directory.CreateTempSubdirectory("gg-collector-").FullName;
    private readonly FleetKeys _keys = new(Fleet);
    private readonly SigningKey _signing;
    private readonly EmbeddedKeyValueStore _store;
    private readonly RevisionCollector _collector;
    private readonly NamedTerm _term;

    public RevisionCollectorTests()
    {
        _signing = SigningKey.OpenOrCreate(Path.Combine(_root, "signing.key"));
        _store = EmbeddedKeyValueStore.Open(Path.Combine(_root, "store"), new ManualClock());
        _collector = new RevisionCollector(_store, _keys, new BundleShelf(_store, _keys));
        _term = new NamedTerm(new Term(_store), _keys, null);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _collector.Dispose();
        await _store.DisposeAsync();
        _signing.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Collect_BundleThatNothingNeeds_GoesWithItsChunks()
    {
        var served = await PutAsync("served", BundleFormat.Current);
        await PutAsync("left", BundleFormat.Current);
        await PointAsync(served);

        await _collector.CollectAsync(_term, Cancel);

        (await NamesAsync(_keys.Manifests)).ShouldBe([served]);
        (await NamesAsync(_keys.Chunks)).ShouldBe([Digest("served")]);
    }

    [Fact]
    public async Task Collect_WhileABundleOfAnotherVersionIsNeeded_LeavesEveryChunk()
    {
        var served = await PutAsync("served", BundleFormat.Current + 1);
        await PutAsync("left", BundleFormat.Current);
        await PointAsync(served);

        await _collector.CollectAsync(_term, Cancel);

        (await NamesAsync(_keys.Manifests)).ShouldBe([served]);
        (await NamesAsync(_keys.Chunks)).Count.ShouldBe(2);
    }

    private static string Digest(string text) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));

    private async Task<string> PutAsync(string content, int format)
    {
        var manifest = JsonSerializer.SerializeToUtf8Bytes(
            new BundleManifest { Format = format, ContentHash = Digest(content), CreatedAt = DateTimeOffset.UnixEpoch, Resources = 1, Chunks = [new BundleChunk(Digest(content), content.Length)] },
            BundleJsonContext.Default.BundleManifest);
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(manifest));
        await WriteAsync(_keys.Chunk(Digest(content)), System.Text.Encoding.UTF8.GetBytes(content));
        await WriteAsync(_keys.Manifest(digest), Signed(SignedType.Manifest, manifest));
        return digest;
    }

    private Task PointAsync(string bundle) => WriteAsync(_keys.Pointer("us-east"), Signed(SignedType.Pointer, JsonSerializer.SerializeToUtf8Bytes(
        new BundlePointer { Bundle = bundle, ContentHash = bundle }, BundleJsonContext.Default.BundlePointer)));

    private byte[] Signed(string type, byte[] payload) => JsonSerializer.SerializeToUtf8Bytes(
        SignedDocument.Sign(_signing, type, Fleet, BundleFormat.WholeFleet, 1, payload), BundleJsonContext.Default.SignedDocument);

    private async Task<IReadOnlyList<string>> NamesAsync(string prefix) => await _store.NamesAsync(prefix, Cancel);

    private async Task WriteAsync(string key, byte[] value) => await _store.CommitAsync(new StoreTransaction([], [new StoreWrite.Put(key, value)]), Cancel);

    /// <summary>A term that always leads.</summary>
    private sealed class Term(IKeyValueStore store) : ILeadership
    {
        public CancellationToken Ended => CancellationToken.None;

        public async Task<bool> CommitAsync(IReadOnlyList<StoreCondition> conditions, IReadOnlyList<StoreWrite> writes, CancellationToken cancel) =>
            (await store.CommitAsync(new StoreTransaction(conditions, writes), cancel)).Applied;
    }
}
