using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Canonical;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Audit;
using GlobalGateway.ControlPlane.Distribution;
using GlobalGateway.ControlPlane.Hosting;
using GlobalGateway.ControlPlane.Revocations;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Embedded;
using GlobalGateway.ControlPlane.Store.Leadership;
using GlobalGateway.Testing;
using GlobalGateway.Unit.EdgeNode;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ControlPlane.Revocations;

public sealed class RevocationDeskTests : IAsyncLifetime
{
    private const string Fleet = "test";

    private readonly string _root = Directory.CreateTempSubdirectory("gg-desk-").FullName;
    private readonly ManualClock _clock = new();
    private readonly FleetKeys _keys = new(Fleet);
    private readonly Term _term;
    private readonly SigningKey _signing;
    private readonly EmbeddedKeyValueStore _store;
    private readonly AuditLog _audit;
    private readonly RevocationDesk _desk;
    private readonly RevocationsHeard _heard;
    private Task _running = Task.CompletedTask;

    public RevocationDeskTests()
    {
        _signing = SigningKey.OpenOrCreate(Path.Combine(_root, "signing.key"));
        _store = EmbeddedKeyValueStore.Open(Path.Combine(_root, "store"), _clock);
        _term = new Term(_store);
        _audit = new AuditLog(_store, _keys, _clock);
        var options = new ControlPlaneOptions { Fleet = Fleet };
        _desk = new RevocationDesk(_store, _keys, new KeyCensus(_store, _keys), _signing, _audit, options, _clock, NullLogger<RevocationDesk>.Instance);
        _heard = new RevocationsHeard(_store, _keys, new StreamTrust(options, _signing));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _running = _desk.RunAsync(_term);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _term.End();
        await _running;
        _desk.Dispose();
        _term.Dispose();
        await _store.DisposeAsync();
        _signing.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Revoke_KeyOfTheServingBundle_IsSignedIntoTheList()
    {
        await ServeAsync(1, 500);

        var outcome = await _desk.RevokeAsync([Key(3), Key(4)], "jane", null, Cancel);

        outcome.ShouldBe(new RevocationOutcome(RevocationState.Done, 1));
        (await ListAsync()).Keys.ShouldBe(new[] { Key(3), Key(4) }.Order(StringComparer.Ordinal));
        (await _desk.RevokeAsync([Key(3)], "jane", null, Cancel)).ShouldBe(new RevocationOutcome(RevocationState.Done, 1));
    }

    [Fact]
    public async Task Revoke_AndItsApproval_AreOneTransactionWithTheirRecords()
    {
        await ServeAsync(1, 300);

        var (before, _) = await _audit.ReadAsync(null, 10, Cancel);
        await _desk.RevokeAsync([Key(3)], "jane", "laptop lost", Cancel);
        var asked = await _desk.RevokeAsync([.. Enumerable.Range(10, 4).Select(Key)], "jane", "team left", Cancel);
        await _desk.ApproveAsync(asked.Request!, "joe", Cancel);
        await _desk.RevokeAsync(["abc"], "jane", null, Cancel);

        before.ShouldBeEmpty();
        var (records, _) = await _audit.ReadAsync(null, 10, Cancel);
        records.Select(record => $"{record.Who} {record.Action} {record.Subject}: {record.Reason}").ShouldBe(
            [
                $"jane key.revoke keys/{Key(3)[..12]}: laptop lost",
                $"jane key.revoke 4 keys: team left (waits for another admin: {asked.Request})",
                $"joe key.revoke.approve revocations/{asked.Request}: 4 keys, asked for by jane",
            ],
            ignoreOrder: true);
        var written = await _store.RangeAsync(StoreQuery.All(_keys.Audit), Cancel);
        var list = (await _store.RangeAsync(StoreQuery.One(_keys.Revocations), Cancel)).Single!;
        written.Entries.Max(entry => entry.ModRevision).ShouldBe(list.ModRevision);
    }

    [Fact]
    public async Task Revoke_TooManyOrUnknownOrMalformed_IsRefused()
    {
        await ServeAsync(1, 50);

        (await _desk.RevokeAsync([.. Enumerable.Range(0, 101).Select(Key)], "jane", null, Cancel)).Problem.ShouldBe("101 keys; one request revokes 1 to 100");
        (await _desk.RevokeAsync(["abc"], "jane", null, Cancel)).Problem!.ShouldContain("64 lower-case hex digits");
        (await _desk.RevokeAsync([Key(999)], "jane", null, Cancel)).Problem!.ShouldContain("no bundle holds the key");
        (await ListAsync()).Document.ShouldBeNull();
    }

    [Fact]
    public async Task Revoke_MoreThanAHundredth_NeedsAnotherOperator()
    {
        await ServeAsync(1, 300);

        var asked = await _desk.RevokeAsync([.. Enumerable.Range(0, 4).Select(Key)], "jane", null, Cancel);
        asked.State.ShouldBe(RevocationState.AwaitsApproval);
        asked.Problem.ShouldBe("4 of 300 keys would be revoked; above 3 another operator has to approve");
        (await ListAsync()).Document.ShouldBeNull();

        (await _desk.ApproveAsync(asked.Request!, "jane", Cancel)).Problem!.ShouldContain("another operator has to approve");
        (await _desk.ApproveAsync("nothing", "joe", Cancel)).State.ShouldBe(RevocationState.Refused);
        (await _desk.ApproveAsync(asked.Request!, "joe", Cancel)).ShouldBe(new RevocationOutcome(RevocationState.Done, 1));

        (await ListAsync()).Keys.Count.ShouldBe(4);
        (await _desk.PendingAsync(Cancel)).ShouldBeEmpty();
        (await _desk.ApproveAsync(asked.Request!, "joe", Cancel)).State.ShouldBe(RevocationState.Refused);
    }

    [Fact]
    public async Task Revoke_ManySmallRequests_CountTogether()
    {
        await ServeAsync(1, 300);
        for (var number = 0; number < 3; number++)
        {
            (await _desk.RevokeAsync([Key(number)], "jane", null, Cancel)).State.ShouldBe(RevocationState.Done);
        }

        (await _desk.RevokeAsync([Key(3)], "jane", null, Cancel)).State.ShouldBe(RevocationState.AwaitsApproval);
    }

    [Fact]
    public async Task Revoke_FewKeysInAll_AlwaysAllowsOne()
    {
        await ServeAsync(1, 5);

        (await _desk.RevokeAsync([Key(0)], "jane", null, Cancel)).State.ShouldBe(RevocationState.Done);
    }

    [Fact]
    public async Task Housekeeping_KeyInNoBundleAnyMore_LeavesTheList()
    {
        await ServeAsync(1, 300);
        await _desk.RevokeAsync([Key(0), Key(299)], "jane", null, Cancel);

        await ServeAsync(2, 299, first: 1);
        await HousekeepingAsync();
        (await ListAsync()).Keys.Count.ShouldBe(2);

        foreach (var manifest in (await _store.RangeAsync(StoreQuery.All(_keys.Manifests), Cancel)).Entries.Where(entry => entry.CreateRevision < _lastManifest))
        {
            await _store.CommitAsync(new StoreTransaction([], [new StoreWrite.Delete(manifest.Key)]), Cancel);
        }

        await HousekeepingAsync();

        (await ListAsync()).Keys.ShouldBe([Key(299)]);
        (await ListAsync()).Sequence.ShouldBe(2);
    }

    [Fact]
    public async Task Revoke_WithABundleOfAnotherVersionInTheStore_IsDoneAndNothingLeavesTheList()
    {
        await ServeAsync(1, 300);
        var manifest = JsonSerializer.SerializeToUtf8Bytes(new { format = 9, everything = "else" });
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(manifest));
        await _store.CommitAsync(new StoreTransaction([], [new StoreWrite.Put(_keys.Manifest(digest), StoredRevocations.Bytes(SignedDocument.Sign(_signing, SignedType.Manifest, Fleet, BundleFormat.WholeFleet, 2, manifest)))]), Cancel);

        (await _desk.RevokeAsync([Key(0), Key(299)], "jane", null, Cancel)).State.ShouldBe(RevocationState.Done);
        (await _desk.RevokeAsync([Key(999)], "jane", null, Cancel)).State.ShouldBe(RevocationState.Done);
        await HousekeepingAsync();

        (await ListAsync()).Keys.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Revoke_WhileTheServingBundleCannotBeRead_NeedsAnotherOperator()
    {
        await ServeAsync(1, 300);
        foreach (var chunk in (await _store.RangeAsync(StoreQuery.All(_keys.Chunks), Cancel)).Entries)
        {
            await _store.CommitAsync(new StoreTransaction([], [new StoreWrite.Delete(chunk.Key)]), Cancel);
        }

        var asked = await _desk.RevokeAsync([Key(1)], "jane", null, Cancel);

        asked.Problem.ShouldNotBeNull().ShouldContain("cannot be read here");
        (await _desk.ApproveAsync(asked.Request!, "joe", Cancel)).State.ShouldBe(RevocationState.Done);
    }

    [Fact]
    public async Task Housekeeping_EdgesHoldANewerList_TakesItOverAndRisesAbove()
    {
        await ServeAsync(1, 500);
        await _desk.RevokeAsync([Key(1)], "jane", null, Cancel);

        await _heard.OfferAsync(Sign(7, Key(2)), Cancel);
        await HousekeepingAsync();

        (await ListAsync()).Sequence.ShouldBe(8);
        (await ListAsync()).Keys.ShouldBe(new[] { Key(1), Key(2) }.Order(StringComparer.Ordinal));
        (await _desk.RevokeAsync([Key(3)], "jane", null, Cancel)).Sequence.ShouldBe(9);
    }

    [Fact]
    public async Task Heard_ListOfAnotherKeyOrOlder_IsNotKept()
    {
        await ServeAsync(1, 500);
        await _desk.RevokeAsync([Key(1)], "jane", null, Cancel);
        using var stranger = SigningKey.OpenOrCreate(Path.Combine(_root, "stranger.key"));

        await _heard.OfferAsync(Sign(1, Key(2)), Cancel);
        await _heard.OfferAsync(SignedDocument.Sign(stranger, SignedType.Revocations, Fleet, BundleFormat.WholeFleet, 9, Sign(9, Key(2)).Payload), Cancel);

        (await _store.RangeAsync(StoreQuery.One(_keys.RevocationsHeld), Cancel)).Single.ShouldBeNull();
    }

    [Fact]
    public async Task Revoke_WithoutLeading_SaysSo()
    {
        _term.End();
        await _running;

        await Should.ThrowAsync<LeadershipLostException>(() => _desk.RevokeAsync([Key(1)], "jane", null, Cancel));
    }

    private long _lastManifest;

    private static string Key(int number) => EdgeHost.Sha256($"key-{number}");

    private SignedDocument Sign(long sequence, params string[] keys) => SignedDocument.Sign(
        _signing, SignedType.Revocations, Fleet, BundleFormat.WholeFleet, sequence,
        JsonSerializer.SerializeToUtf8Bytes(new RevocationList { Keys = keys }, BundleJsonContext.Default.RevocationList));

    private Task<StoredRevocations> ListAsync() => StoredRevocations.ReadAsync(_store, _keys.Revocations, Cancel);

    private Task HousekeepingAsync() => _desk.KeepHouseAsync(Cancel);

    /// <summary>Stores a bundle with so many keys and points at it.</summary>
    private async Task ServeAsync(long sequence, int keys, int first = 0)
    {
        var resources = new ResourceSet
        {
            Tenants = [.. Enumerable.Range(first, keys).Chunk(10).Select(part => new Tenant
            {
                Name = $"t{part[0]:D4}",
                Keys = [.. part.Select(number => new ClientKey { Name = $"k{number}", Sha256 = Key(number) })],
            })],
        };
        var bundle = CompiledBundle.Compile(resources, _clock.GetUtcNow()).Bundle!;
        var manifest = SignedDocument.Sign(_signing, SignedType.Manifest, Fleet, BundleFormat.WholeFleet, sequence, bundle.Manifest);
        var pointer = SignedDocument.Sign(_signing, SignedType.Pointer, Fleet, "us-east", sequence, JsonSerializer.SerializeToUtf8Bytes(
            new BundlePointer { Bundle = bundle.Digest, ContentHash = ContentHash.Of(resources) }, BundleJsonContext.Default.BundlePointer));
        foreach (var (digest, bytes) in bundle.Chunks)
        {
            await _store.CommitAsync(new StoreTransaction([], [new StoreWrite.Put(_keys.Chunk(digest), bytes)]), Cancel);
        }

        var commit = await _store.CommitAsync(
            new StoreTransaction(
                [],
                [new StoreWrite.Put(_keys.Manifest(bundle.Digest), StoredRevocations.Bytes(manifest)), new StoreWrite.Put(_keys.Pointer("us-east"), StoredRevocations.Bytes(pointer))]),
            Cancel);
        _lastManifest = commit.Revision;
    }

    /// <summary>A term that always leads until it is ended.</summary>
    private sealed class Term(IKeyValueStore store) : ILeadership, IDisposable
    {
        private readonly CancellationTokenSource _ended = new();

        public CancellationToken Ended => _ended.Token;

        public async Task<bool> CommitAsync(IReadOnlyList<StoreCondition> conditions, IReadOnlyList<StoreWrite> writes, CancellationToken cancel) =>
            (await store.CommitAsync(new StoreTransaction(conditions, writes), cancel)).Applied;

        public void End() => _ended.Cancel();

        public void Dispose() => _ended.Dispose();
    }
}
