using System.Text;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Embedded;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ControlPlane.Store.Embedded;

public sealed class EmbeddedKeyValueStoreTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly string _folder = Directory.CreateTempSubdirectory("gg-store-").FullName;
    private readonly ManualClock _clock = new();

    private string State => Path.Combine(_folder, "state");

    private string Journal => Path.Combine(State, "journal");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Open_Again_HasWhatWasCommittedAndHigherRevisions()
    {
        long before;
        await using (var store = Open())
        {
            await PutAsync(store, "a", "1");
            await PutAsync(store, "b", "2");
            before = (await PutAsync(store, "a", "3")).Revision;
            await store.CommitAsync(new StoreTransaction([], [new StoreWrite.Delete("b")]), None);
        }

        await using var again = Open();

        (await TextAsync(again, "a")).ShouldBe("3");
        (await TextAsync(again, "b")).ShouldBeNull();
        (await again.RangeAsync(StoreQuery.One("a"), None)).Single!.ModRevision.ShouldBe(before);
        (await PutAsync(again, "c", "4")).Revision.ShouldBeGreaterThan(before + 1);
    }

    [Fact]
    public async Task Open_Again_HasNothingThatALeaseHeldAndNeverItsRevisions()
    {
        StoreCommit held;
        await using (var store = Open())
        {
            await PutAsync(store, "kept", "1");
            await PutAsync(store, "over", "durable");
            var lease = await store.GrantLeaseAsync(TimeSpan.FromSeconds(10), None);
            await store.CommitAsync(new StoreTransaction([], [new StoreWrite.Put("over", [1], lease)]), None);
            held = await store.CommitAsync(new StoreTransaction([], [new StoreWrite.Put("leader", [1], lease)]), None);
        }

        await using var again = Open();

        (await again.RangeAsync(StoreQuery.All("") with { Limit = 10 }, None)).Entries.ShouldHaveSingleItem().Key.ShouldBe("kept");
        (await PutAsync(again, "leader", "2")).Revision.ShouldBeGreaterThan(held.Revision);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(13)]
    public async Task Open_AfterATornAppend_HasAllButTheTornOne(int cut)
    {
        await using (var store = Open())
        {
            await PutAsync(store, "a", "1");
            await PutAsync(store, "b", "2");
        }

        var bytes = await File.ReadAllBytesAsync(Journal, None);
        await File.WriteAllBytesAsync(Journal, bytes[..^cut], None);
        await using (var again = Open())
        {
            (await TextAsync(again, "a")).ShouldBe("1");
            (await TextAsync(again, "b")).ShouldBeNull();
            await PutAsync(again, "c", "3");
        }

        await using var third = Open();
        (await TextAsync(third, "c")).ShouldBe("3");
    }

    [Fact]
    public async Task Open_WithAnyByteOfTheFirstRecordChanged_SaysThatItIsDamaged()
    {
        await using (var store = Open())
        {
            await PutAsync(store, "a", "1");
            await PutAsync(store, "b", "2");
        }

        var bytes = await File.ReadAllBytesAsync(Journal, None);
        for (var at = 0; at < bytes.Length / 2; at++)
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 0x40;
            await File.WriteAllBytesAsync(Journal, damaged, None);
            Should.Throw<StoreException>(Open, $"byte {at}").Message.ShouldContain("is damaged at byte 0: whole records follow; restore it");
        }
    }

    [Fact]
    public async Task Open_WhileAnotherHasIt_SaysWhatToDo()
    {
        await using var store = Open();

        Should.Throw<StoreException>(Open).Message.ShouldContain("is in use by another control plane; stop it, or name another stateDirectory");
    }

    [Fact]
    public async Task Commit_LargeValues_KeepsOneFileForEachAsLongAsAKeyNamesIt()
    {
        var large = Encoding.ASCII.GetBytes(new string('x', ValueForm.InlineBytesMax + 1));
        await using (var store = Open())
        {
            await store.CommitAsync(new StoreTransaction([], [new StoreWrite.Put("a", large), new StoreWrite.Put("b", large)]), None);
            Directory.GetFiles(Path.Combine(State, "values")).ShouldHaveSingleItem();
            await store.CommitAsync(new StoreTransaction([new StoreCondition.HasValue("a", large)], [new StoreWrite.Delete("a")]), None);
        }

        await File.WriteAllTextAsync(Path.Combine(State, "values", "left-by-a-crash"), "x", None);
        await using var again = Open();

        (await again.RangeAsync(StoreQuery.One("b"), None)).Single!.Value.ShouldBe(large);
        Directory.GetFiles(Path.Combine(State, "values")).ShouldHaveSingleItem();
        await PutAsync(again, "b", "small");
        Directory.GetFiles(Path.Combine(State, "values")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Range_OfAChangedFile_SaysThatItIsDamaged()
    {
        await using var store = Open();
        await store.CommitAsync(new StoreTransaction([], [new StoreWrite.Put("a", new byte[ValueForm.InlineBytesMax + 1])]), None);
        await File.WriteAllBytesAsync(Directory.GetFiles(Path.Combine(State, "values"))[0], new byte[ValueForm.InlineBytesMax + 2], None);

        (await Should.ThrowAsync<StoreException>(() => store.RangeAsync(StoreQuery.One("a"), None))).Message.ShouldContain("is damaged");
    }

    [Fact]
    public async Task Commit_BeyondTheJournalsSize_WritesItAnewWithEverythingInIt()
    {
        await using (var store = Open(journalBytesMax: 20_000))
        {
            for (var number = 0; number < 1_000; number++)
            {
                await PutAsync(store, $"key-{number % 100}", $"{number} {new string('.', 50)}");
            }

            new FileInfo(Journal).Length.ShouldBeLessThan(50_000);
        }

        await using var again = Open();

        var page = await again.RangeAsync(StoreQuery.All("key-"), None);
        page.Entries.Count.ShouldBe(100);
        page.Entries.ShouldAllBe(entry => Encoding.ASCII.GetString(entry.Value).StartsWith('9'));
        page.Entries.ShouldAllBe(entry => entry.CreateRevision < entry.ModRevision);
    }

    [Fact]
    public async Task Follow_LargeValues_GivesThemWhole()
    {
        var large = new byte[ValueForm.InlineBytesMax + 1];
        await using var store = Open();
        await store.CommitAsync(new StoreTransaction([], [new StoreWrite.Put("a", large)]), None);
        var updates = new List<StoreUpdate>();
        await foreach (var update in store.FollowAsync("", None))
        {
            updates.Add(update);
            if (updates.Count == 2)
            {
                break;
            }

            await PutAsync(store, "a", "small");
        }

        updates[0].Entries[0].Value.ShouldBe(large);
        updates[1].Entries[0].Value.ShouldBe("small"u8.ToArray());
    }

    private EmbeddedKeyValueStore Open() => Open(EmbeddedKeyValueStore.JournalBytesMax);

    private EmbeddedKeyValueStore Open(long journalBytesMax) => EmbeddedKeyValueStore.Open(State, _clock, journalBytesMax);

    private static Task<StoreCommit> PutAsync(EmbeddedKeyValueStore store, string key, string value) =>
        store.CommitAsync(new StoreTransaction([], [new StoreWrite.Put(key, Encoding.ASCII.GetBytes(value))]), None);

    private static async Task<string?> TextAsync(EmbeddedKeyValueStore store, string key) =>
        (await store.RangeAsync(StoreQuery.One(key), None)).Single is { } entry ? Encoding.ASCII.GetString(entry.Value) : null;
}
