using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Audit;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Embedded;
using GlobalGateway.ControlPlane.Store.Leadership;
using GlobalGateway.ControlPlane.Trust;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ControlPlane.Trust;

public sealed class ResignerTests : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("gg-resign-").FullName;
    private readonly FleetKeys _keys = new("test");
    private readonly SigningKey _before;
    private readonly SigningKey _now;
    private readonly EmbeddedKeyValueStore _store;
    private readonly CancellationTokenSource _ended = new();
    private readonly Resigner _resigner;
    private Task _running = Task.CompletedTask;

    public ResignerTests()
    {
        _before = SigningKey.OpenOrCreate(Path.Combine(_root, "before.key"));
        _now = SigningKey.OpenOrCreate(Path.Combine(_root, "now.key"));
        _store = EmbeddedKeyValueStore.Open(Path.Combine(_root, "store"), TimeProvider.System);
        _resigner = new Resigner(_store, _keys, _now, new AuditLog(_store, _keys, TimeProvider.System));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _running = _resigner.RunAsync(new Term(_store, _ended.Token));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _running;
        _ended.Dispose();
        await _store.DisposeAsync();
        _before.Dispose();
        _now.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Run_AfterAChangeOfTheKey_SignsEverythingAnewAndChangesNothingElse()
    {
        var pointer = await PutAsync(_keys.Pointer("us-east"), SignedType.Pointer, "us-east", 7);
        await PutAsync(_keys.Manifest(new string('a', 64)), SignedType.Manifest, BundleFormat.WholeFleet, 6);
        await PutAsync(_keys.Revocations, SignedType.Revocations, BundleFormat.WholeFleet, 2);
        await _store.CommitAsync(new StoreTransaction([], [new StoreWrite.Put(_keys.RevocationRequests + "1", [1])]), Cancel);

        (await _resigner.RunAsync("jane", Cancel)).ShouldBe(new ResignResult(_now.Id, 1, 1, 1, 0));
        (await _resigner.RunAsync("jane", Cancel)).ShouldBe(new ResignResult(_now.Id, 0, 0, 0, 0));
        (await _store.RangeAsync(StoreQuery.All(_keys.Audit), Cancel)).Entries.Count.ShouldBe(2);

        var signed = await ReadAsync(_keys.Pointer("us-east"));
        signed.IsSignedBy(_now).ShouldBeTrue();
        (signed with { KeyId = pointer.KeyId, Signature = pointer.Signature, Payload = pointer.Payload }).ShouldBe(pointer);
        signed.Payload.ShouldBe(pointer.Payload);
    }

    [Fact]
    public async Task Run_WithoutLeading_SaysSo()
    {
        await _ended.CancelAsync();
        await _running;

        await Should.ThrowAsync<LeadershipLostException>(() => _resigner.RunAsync("jane", Cancel));
    }

    private async Task<SignedDocument> PutAsync(string key, string type, string audience, long sequence)
    {
        var document = SignedDocument.Sign(_before, type, "test", audience, sequence, [1, 2, 3]);
        await _store.CommitAsync(new StoreTransaction([], [new StoreWrite.Put(key, JsonSerializer.SerializeToUtf8Bytes(document, BundleJsonContext.Default.SignedDocument))]), Cancel);
        return document;
    }

    private async Task<SignedDocument> ReadAsync(string key) =>
        JsonSerializer.Deserialize((await _store.RangeAsync(StoreQuery.One(key), Cancel)).Single!.Value, BundleJsonContext.Default.SignedDocument)!;

    private sealed class Term(IKeyValueStore store, CancellationToken ended) : ILeadership
    {
        public CancellationToken Ended => ended;

        public async Task<bool> CommitAsync(IReadOnlyList<StoreCondition> conditions, IReadOnlyList<StoreWrite> writes, CancellationToken cancel) =>
            (await store.CommitAsync(new StoreTransaction(conditions, writes), cancel)).Applied;
    }
}
