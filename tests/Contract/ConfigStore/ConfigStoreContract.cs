using System.Text;
using GlobalGateway.ControlPlane.Store;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.ConfigStore;

/// <summary>What every store of configuration must do.</summary>
public abstract class ConfigStoreContract
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // Each test has keys of its own in a shared store.
    private readonly string _prefix = $"gg/test/{Guid.NewGuid():N}/";

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract IKeyValueStore Store { get; }

    [Fact]
    public async Task Commit_Puts_AreAppliedAtOneRevision()
    {
        var first = await PutAsync("a", "1");
        var both = await CommitAsync([], Put("a", "2"), Put("b", "3"));

        var a = await FindAsync("a");
        var b = await FindAsync("b");

        both.Applied.ShouldBeTrue();
        both.Revision.ShouldBeGreaterThan(first.Revision);
        a.ShouldNotBeNull().CreateRevision.ShouldBe(first.Revision);
        a.ModRevision.ShouldBe(both.Revision);
        Text(a).ShouldBe("2");
        b.ShouldNotBeNull().CreateRevision.ShouldBe(both.Revision);
    }

    [Fact]
    public async Task Commit_ConditionThatIsFalse_AppliesNothing()
    {
        var put = await PutAsync("a", "1");

        foreach (var condition in (StoreCondition[])
            [
                StoreCondition.Absent(Key("a")),
                new StoreCondition.CreatedAt(Key("a"), put.Revision + 1),
                new StoreCondition.ChangedAt(Key("a"), put.Revision - 1),
                new StoreCondition.ChangedAt(Key("a"), 0),
                new StoreCondition.HasValue(Key("a"), "2"u8.ToArray()),
                new StoreCondition.HasValue(Key("a"), []),
                new StoreCondition.HasValue(Key("none"), []),
                new StoreCondition.HasValue(Key("none"), "1"u8.ToArray()),
                new StoreCondition.CreatedAt(Key("none"), put.Revision),
            ])
        {
            var commit = await CommitAsync([condition], Put("a", "changed"), Put("b", "made"));

            commit.Applied.ShouldBeFalse(condition.ToString());
            commit.Revision.ShouldBeGreaterThanOrEqualTo(put.Revision);
        }

        Text(await FindAsync("a")).ShouldBe("1");
        (await FindAsync("b")).ShouldBeNull();
    }

    [Fact]
    public async Task Commit_OneFalseConditionAmongTrueOnes_AppliesNothing()
    {
        var put = await PutAsync("a", "1");

        var commit = await CommitAsync(
            [new StoreCondition.CreatedAt(Key("a"), put.Revision), StoreCondition.Absent(Key("b")), new StoreCondition.HasValue(Key("a"), "other"u8.ToArray())], Put("b", "made"));

        commit.Applied.ShouldBeFalse();
        (await FindAsync("b")).ShouldBeNull();
    }

    [Fact]
    public async Task Commit_ConditionsThatHold_AreApplied()
    {
        var put = await PutAsync("a", "1");

        var commit = await CommitAsync(
            [
                new StoreCondition.CreatedAt(Key("a"), put.Revision), new StoreCondition.ChangedAt(Key("a"), put.Revision),
                new StoreCondition.HasValue(Key("a"), "1"u8.ToArray()), StoreCondition.Absent(Key("b")),
            ],
            Put("b", "made"),
            new StoreWrite.Delete(Key("a")));

        commit.Applied.ShouldBeTrue();
        (await FindAsync("a")).ShouldBeNull();
        Text(await FindAsync("b")).ShouldBe("made");
    }

    [Fact]
    public async Task Commit_AtTheSameTime_OnlyOneMakesTheKey()
    {
        var commits = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => CommitAsync([StoreCondition.Absent(Key("a"))], Put("a", $"{number}"))));

        commits.Count(commit => commit.Applied).ShouldBe(1);
    }

    [Fact]
    public async Task Commit_BeyondALimit_IsRefusedBeforeItIsSent()
    {
        var large = new StoreWrite.Put(Key("a"), new byte[StoreLimits.TransactionBytesMax]);
        var many = Enumerable.Range(0, StoreLimits.TransactionPartsMax + 1).Select(number => Put($"{number}", "")).ToArray();

        (await Should.ThrowAsync<ArgumentException>(() => CommitAsync([], large))).Message.ShouldContain("at most 1,500,000");
        (await Should.ThrowAsync<ArgumentException>(() => CommitAsync([], many))).Message.ShouldContain("at most 128");
        await Should.ThrowAsync<ArgumentException>(() => CommitAsync([], Put("a", "1"), Put("a", "2")));
        await Should.ThrowAsync<ArgumentException>(() => CommitAsync([], Put("with a space", "1")));
    }

    [Fact]
    public async Task Commit_AtTheLimits_IsApplied()
    {
        var large = new byte[StoreLimits.TransactionBytesMax - Key("a").Length];
        Random.Shared.NextBytes(large);
        StoreWrite[] many = [.. Enumerable.Range(0, StoreLimits.TransactionPartsMax).Select(number => Put($"many/{number}", "x"))];
        StoreCondition[] absent = [.. many.Select(write => StoreCondition.Absent(write.Key))];

        (await CommitAsync([], new StoreWrite.Put(Key("a"), large))).Applied.ShouldBeTrue();
        (await CommitAsync(absent, many)).Applied.ShouldBeTrue();

        (await FindAsync("a")).ShouldNotBeNull().Value.ShouldBe(large);
    }

    [Fact]
    public async Task Range_Pages_AreInTheOrderOfTheKeysAndWhole()
    {
        string[] names = ["A", "a", "a/b", "a0", "aa", "b", "~"];
        await CommitAsync([], [.. names.Reverse().Select(name => Put($"p/{name}", name))]);
        await PutAsync("q", "not among them");

        var found = new List<string>();
        string? after = null;
        StoreRange page;
        do
        {
            page = await Store.RangeAsync(new StoreQuery(Key("p/"), Prefix: true, After: after, Limit: 3), Cancel);
            page.Entries.Count.ShouldBeLessThanOrEqualTo(3);
            found.AddRange(page.Entries.Select(entry => Text(entry)!));
            after = page.Entries[^1].Key;
        }
        while (page.More);

        found.ShouldBe(names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Range_KeysOnly_HasNoValuesButLeases()
    {
        var lease = await Store.GrantLeaseAsync(TimeSpan.FromSeconds(60), Cancel);
        await CommitAsync([], Put("a", "1"), new StoreWrite.Put(Key("b"), [2], lease));

        var page = await Store.RangeAsync(StoreQuery.All(_prefix) with { KeysOnly = true }, Cancel);

        page.Entries.ShouldAllBe(entry => entry.Value.Length == 0);
        page.Entries.Select(entry => entry.Lease).ShouldBe([0, lease]);
    }

    [Fact]
    public async Task KeepLease_AfterItHasRunOut_IsFalseAndItsKeysAreGone()
    {
        var lease = await Store.GrantLeaseAsync(TimeSpan.FromSeconds(1), Cancel);
        await CommitAsync([], new StoreWrite.Put(Key("held"), [1], lease));
        (await Store.KeepLeaseAsync(lease, Cancel)).ShouldBeTrue();

        await foreach (var update in FollowAsync())
        {
            if (update.Deleted.Contains(Key("held")) || (update.Listing && update.Entries.All(entry => entry.Key != Key("held"))))
            {
                break;
            }
        }

        (await Store.KeepLeaseAsync(lease, Cancel)).ShouldBeFalse();
        (await FindAsync("held")).ShouldBeNull();
        (await Should.ThrowAsync<StoreException>(() => CommitAsync([], new StoreWrite.Put(Key("late"), [1], lease)))).ShouldNotBeOfType<StoreUnavailableException>();
    }

    [Fact]
    public async Task RevokeLease_Twice_TakesItsKeysAndIsFine()
    {
        var lease = await Store.GrantLeaseAsync(TimeSpan.FromSeconds(60), Cancel);
        await CommitAsync([], new StoreWrite.Put(Key("held"), [1], lease), Put("kept", "1"));

        await Store.RevokeLeaseAsync(lease, Cancel);
        await Store.RevokeLeaseAsync(lease, Cancel);

        (await FindAsync("held")).ShouldBeNull();
        (await FindAsync("kept")).ShouldNotBeNull();
    }

    [Fact]
    public async Task Follow_Changes_ComeInOrderAfterAListing()
    {
        await PutAsync("a", "1");
        var seen = new SortedDictionary<string, string>(StringComparer.Ordinal);
        long revision = 0;
        var steps = new Queue<Func<Task>>([
            () => PutAsync("b", "2"),
            () => CommitAsync([], Put("a", "3"), new StoreWrite.Delete(Key("b"))),
            () => CommitAsync([], Put("c", "4"), Put("a", "5")),
        ]);
        var listings = 0;
        await foreach (var update in FollowAsync())
        {
            update.Revision.ShouldBeGreaterThanOrEqualTo(revision);
            revision = update.Revision;
            listings += update.Listing ? 1 : 0;
            Apply(update, seen);
            if (steps.TryDequeue(out var step))
            {
                await step();
            }
            else if (seen.ContainsKey(Key("c")))
            {
                break;
            }
        }

        listings.ShouldBeGreaterThanOrEqualTo(1);
        seen.ShouldBe(new SortedDictionary<string, string>(StringComparer.Ordinal) { [Key("a")] = "5", [Key("c")] = "4" });
    }

    [Fact]
    public async Task Standing_HasASizeWithinItsQuota()
    {
        await PutAsync("a", "1");

        var standing = await Store.StandingAsync(Cancel);

        standing.Bytes.ShouldBeGreaterThan(0);
        standing.Share.ShouldBeLessThan(StoreStanding.WarnAt);
    }

    protected string Key(string name) => _prefix + name;

    protected static string? Text(StoreEntry? entry) => entry is null ? null : Encoding.UTF8.GetString(entry.Value);

    protected StoreWrite.Put Put(string name, string value) => new(Key(name), Encoding.UTF8.GetBytes(value));

    protected Task<StoreCommit> PutAsync(string name, string value) => CommitAsync([], Put(name, value));

    protected Task<StoreCommit> CommitAsync(IReadOnlyList<StoreCondition> conditions, params StoreWrite[] writes) =>
        Store.CommitAsync(new StoreTransaction(conditions, writes), Cancel);

    protected async Task<StoreEntry?> FindAsync(string name) => (await Store.RangeAsync(StoreQuery.One(Key(name)), Cancel)).Single;

    protected async IAsyncEnumerable<StoreUpdate> FollowAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(Patience);
        await foreach (var update in Store.FollowAsync(_prefix, patience.Token))
        {
            yield return update;
        }
    }

    protected static void Apply(StoreUpdate update, SortedDictionary<string, string> seen)
    {
        if (update.Listing)
        {
            seen.Clear();
        }

        foreach (var entry in update.Entries)
        {
            seen[entry.Key] = Text(entry)!;
        }

        foreach (var key in update.Deleted)
        {
            seen.Remove(key);
        }
    }
}
