using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Store;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ControlPlane.Store;

public sealed class EmbeddedStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gg-store-").FullName;
    private readonly SigningKey _key;

    public EmbeddedStoreTests() => _key = SigningKey.OpenOrCreate(Path.Combine(_folder, "signing.key"));

    private string State => Path.Combine(_folder, "state");

    public void Dispose()
    {
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Open_Again_HasWhatWasCommitted()
    {
        SignedDocument pointer;
        using (var store = EmbeddedStore.Open(State))
        {
            Commit(store, 1);
            pointer = store.Pointer.ShouldNotBeNull();
        }

        using var again = EmbeddedStore.Open(State);

        again.Pointer.ShouldNotBeNull().Signature.ShouldBe(pointer.Signature);
        again.Revisions.ShouldHaveSingleItem().Sequence.ShouldBe(1);
        again.Chunk(new string('0', 64)).ShouldBeNull();
        again.Chunk("../pointer").ShouldBeNull();
    }

    [Fact]
    public void Commit_ManyRevisions_KeepsTheLastAndTheirParts()
    {
        using var store = EmbeddedStore.Open(State);
        for (var number = 1; number <= EmbeddedStore.RevisionsKept + 5; number++)
        {
            Commit(store, number);
        }

        store.Revisions.Count.ShouldBe(EmbeddedStore.RevisionsKept);
        store.Revisions[0].Sequence.ShouldBe(EmbeddedStore.RevisionsKept + 5);
        Directory.GetFiles(Path.Combine(State, "manifests")).Length.ShouldBe(EmbeddedStore.RevisionsKept);
        Directory.GetFiles(Path.Combine(State, "chunks")).Length.ShouldBe(EmbeddedStore.RevisionsKept);
        store.Revisions.ShouldAllBe(revision => store.Manifest(revision.Bundle) != null);
    }

    [Fact]
    public void Open_AfterACrashBetweenWriteAndRename_ForgetsTheHalf()
    {
        using (var store = EmbeddedStore.Open(State))
        {
            Commit(store, 1);
        }

        File.WriteAllText(Path.Combine(State, "pointer.0123.tmp"), "half");
        File.WriteAllText(Path.Combine(State, "chunks", "abc.0123.tmp"), "half");
        using var again = EmbeddedStore.Open(State);

        Directory.GetFiles(State, "*.tmp", SearchOption.AllDirectories).ShouldBeEmpty();
        again.Revisions.ShouldHaveSingleItem();
    }

    [Fact]
    public void Open_WithADamagedPointer_SaysWhatToDo()
    {
        using (var store = EmbeddedStore.Open(State))
        {
            Commit(store, 1);
        }

        File.WriteAllText(Path.Combine(State, "pointer"), "{");

        Should.Throw<StoreException>(() => EmbeddedStore.Open(State)).Message.ShouldContain("is damaged; restore it, or start with an empty stateDirectory");
    }

    private void Commit(EmbeddedStore store, int number)
    {
        var resources = new ResourceSet { Models = [new Model { Name = $"m{number}", Targets = [] }] };
        var bundle = CompiledBundle.Compile(resources, DateTimeOffset.UnixEpoch).Bundle!;
        store.Commit(
            new StoredRevision
            {
                Sequence = number,
                Revision = bundle.ContentHash[..7],
                ContentHash = bundle.ContentHash,
                Bundle = bundle.Digest,
                At = DateTimeOffset.UnixEpoch,
                Resources = new Dictionary<string, int> { ["Model"] = 1 },
            },
            bundle.Chunks,
            SignedDocument.Sign(_key, SignedType.Manifest, "test", "*", number, bundle.Manifest),
            SignedDocument.Sign(_key, SignedType.Pointer, "test", "*", number, [(byte)number]));
    }
}
