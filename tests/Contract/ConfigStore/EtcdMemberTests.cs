using System.Text;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Etcd;
using GlobalGateway.ControlPlane.Store.Leadership;
using GlobalGateway.Testing.Etcd;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.ConfigStore;

/// <summary>What happens to the store when members stop, die, fall behind or come back from the past.</summary>
[Trait("suite", "config")]
public sealed class EtcdMemberTests
{
    private static readonly FleetKeys Keys = new("test");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Store_MemberThatIsStopped_IsLeftForAnother()
    {
        using var cluster = await ClusterAsync(3);
        await using var store = EtcdClients.Open(cluster);
        var lease = await store.GrantLeaseAsync(TimeSpan.FromSeconds(60), Cancel);
        await using var follower = store.FollowAsync("gg/", Cancel).GetAsyncEnumerator(Cancel);
        (await follower.MoveNextAsync()).ShouldBeTrue();

        cluster.Members[0].Pause();

        (await store.KeepLeaseAsync(lease, Cancel)).ShouldBeTrue();
        await PutAsync(store, "gg/a", "1");
        while (follower.Current.Entries.All(entry => entry.Key != "gg/a"))
        {
            (await follower.MoveNextAsync()).ShouldBeTrue();
        }

        cluster.Members[0].Continue();
    }

    [Fact]
    public async Task Store_MemberInAMinority_AnswersNothingUntilTheOthersAreBack()
    {
        using var cluster = await ClusterAsync(3);
        await using var store = EtcdClients.Open(cluster);
        await using var follower = store.FollowAsync("gg/", Cancel).GetAsyncEnumerator(Cancel);
        (await follower.MoveNextAsync()).ShouldBeTrue();
        await PutAsync(store, "gg/a", "1");

        cluster.Members[1].Kill();
        cluster.Members[2].Kill();

        await Should.ThrowAsync<StoreUnavailableException>(() => store.RangeAsync(StoreQuery.One("gg/a"), Cancel));
        await Should.ThrowAsync<StoreUnavailableException>(() => store.CommitAsync(new StoreTransaction([], [new StoreWrite.Put("gg/a", "2"u8.ToArray())]), Cancel));
        store.ContactAge.ShouldBeGreaterThan(TimeSpan.FromSeconds(1));

        cluster.Members[1].Start();
        await cluster.HealthyAsync(Cancel, cluster.Members[2]);
        await PutAsync(store, "gg/b", "3");
        while (follower.Current.Entries.All(entry => entry.Key != "gg/b"))
        {
            (await follower.MoveNextAsync()).ShouldBeTrue();
        }

        store.ContactAge.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Follow_StoreRestoredFromASnapshot_ListsWhatItHasNow()
    {
        using var cluster = await ClusterAsync(1);
        await using var store = EtcdClients.Open(cluster);
        await PutAsync(store, "gg/a", "old");
        var snapshot = await cluster.SnapshotAsync("before", Cancel);
        for (var number = 0; number < 20; number++)
        {
            await PutAsync(store, "gg/a", $"{number}");
        }

        await using var follower = store.FollowAsync("gg/", Cancel).GetAsyncEnumerator(Cancel);
        (await follower.MoveNextAsync()).ShouldBeTrue();
        var before = follower.Current.Revision;
        await cluster.RestoreAsync(snapshot, Cancel);

        (await follower.MoveNextAsync()).ShouldBeTrue();
        follower.Current.Listing.ShouldBeTrue();
        follower.Current.Revision.ShouldBeLessThan(before);
        Encoding.ASCII.GetString(follower.Current.Entries.ShouldHaveSingleItem().Value).ShouldBe("old");
    }

    [Fact]
    public async Task Fence_StoreRestoredThatHandsRevisionsOutAgain_HoldsByTheValueAlone()
    {
        using var cluster = await ClusterAsync(1);
        await using var store = EtcdClients.Open(cluster);
        await PutAsync(store, Keys.Founding, "founded");
        var snapshot = await cluster.SnapshotAsync("before", Cancel);
        using var stale = await CampaignAsync(store);
        (await stale.CommitAsync([], [new StoreWrite.Put("gg/written", "1"u8.ToArray())], Cancel)).ShouldBeTrue();

        await cluster.RestoreAsync(snapshot, Cancel);
        using var next = await CampaignAsync(store);

        // The trap: by its creation revision, the key of the next leader is the one of the stale leader.
        next.Created.ShouldBe(stale.Created);
        var unfenced = new StoreTransaction([new StoreCondition.CreatedAt(Keys.Leader, stale.Created)], [new StoreWrite.Put("gg/unfenced", [1])]);
        (await store.CommitAsync(unfenced, Cancel)).Applied.ShouldBeTrue();
        await Should.ThrowAsync<LeadershipLostException>(() => stale.CommitAsync([], [new StoreWrite.Put("gg/written", "2"u8.ToArray())], Cancel));
        (await store.RangeAsync(StoreQuery.One("gg/written"), Cancel)).Single.ShouldBeNull();
        (await next.CommitAsync([], [new StoreWrite.Put("gg/written", "3"u8.ToArray())], Cancel)).ShouldBeTrue();
    }

    [Fact]
    public async Task Store_BehindALogin_LogsInAgainAndSaysWhatIsForbidden()
    {
        using var cluster = await ClusterAsync(1, secured: true);
        await using var store = EtcdClients.Open(cluster);
        await PutAsync(store, "gg/test/a", "1");

        // A member that starts anew knows no token of before.
        cluster.Members[0].Kill();
        cluster.Members[0].Start();
        await cluster.HealthyAsync(Cancel);
        await PutAsync(store, "gg/test/a", "2");

        // The leader's housekeeping needs no more rights than its keys.
        await store.CompactAsync((await PutAsync(store, "gg/test/a", "3")).Revision, Cancel);
        (await Should.ThrowAsync<StoreException>(() => store.RangeAsync(StoreQuery.One("gg/other/a"), Cancel))).Message.ShouldContain("permission denied");
        await using var stranger = EtcdClients.Open(EtcdClients.OptionsOf(cluster) with { PasswordFile = cluster.UserFile });
        var refused = await Should.ThrowAsync<StoreException>(() => stranger.RangeAsync(StoreQuery.One("gg/test/a"), Cancel));
        refused.ShouldNotBeOfType<StoreUnavailableException>();
        refused.Message.ShouldContain("invalid user ID or password");
        refused.Message.ShouldNotContain(EtcdCluster.User);
        await using var untrusting = EtcdClients.Open(EtcdClients.OptionsOf(cluster) with { CaFile = null });
        (await Should.ThrowAsync<StoreUnavailableException>(() => untrusting.RangeAsync(StoreQuery.One("gg/test/a"), Cancel))).Message.ShouldContain("certificate");
    }

    [Fact]
    public async Task Gateway_MisspeltFieldOfAComparison_IsIgnored()
    {
        using var cluster = await ClusterAsync(1);
        await using var store = EtcdClients.Open(cluster);
        await PutAsync(store, "a", "1");
        using var http = new HttpClient();

        // Why requests come from typed records only: this says "created at revision 0", which is another comparison than what was meant.
        const string Misspelt = """{"compare":[{"key":"bm9uZQ==","target":"CREATE","result":"EQUAL","createrevision":"77"}],"success":[{"request_put":{"key":"YQ==","value":"Mg=="}}]}""";
        using var answer = await http.PostAsync(new Uri($"{cluster.Urls[0]}/v3/kv/txn"), new StringContent(Misspelt), Cancel);

        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldContain("\"succeeded\":true");
        (await store.CommitAsync(new StoreTransaction([new StoreCondition.CreatedAt("none", 77)], [new StoreWrite.Put("a", [3])]), Cancel)).Applied.ShouldBeFalse();
    }

    [Fact]
    public async Task Compact_OldRevisions_AreGoneAndTheStoreGoesOn()
    {
        using var cluster = await ClusterAsync(1);
        await using var store = EtcdClients.Open(cluster);
        await PutAsync(store, "gg/a", "1");
        var revision = (await PutAsync(store, "gg/a", "2")).Revision;

        await store.CompactAsync(revision, Cancel);
        await store.CompactAsync(revision, Cancel);

        (await Should.ThrowAsync<InvalidOperationException>(() => cluster.ControlAsync(Cancel, "get", "gg/a", $"--rev={revision - 1}"))).Message.ShouldContain("compacted");
        await foreach (var update in store.FollowAsync("gg/", Cancel))
        {
            Encoding.ASCII.GetString(update.Entries.ShouldHaveSingleItem().Value).ShouldBe("2");
            break;
        }
    }

    private static async Task<EtcdCluster> ClusterAsync(int members, bool secured = false)
    {
        Assert.SkipWhen(EtcdCluster.Missing is not null, EtcdCluster.Missing ?? "");
        return await EtcdCluster.StartAsync(members, secured, Cancel);
    }

    private static Task<StoreCommit> PutAsync(EtcdKeyValueStore store, string key, string value) =>
        store.CommitAsync(new StoreTransaction([], [new StoreWrite.Put(key, Encoding.ASCII.GetBytes(value))]), Cancel);

    private static async Task<LeaderTerm> CampaignAsync(EtcdKeyValueStore store)
    {
        var record = LeaderRecord.Of(new PlaneIdentity("plane", ""));
        var sentAt = TimeProvider.System.GetTimestamp();
        var lease = await store.GrantLeaseAsync(TimeSpan.FromSeconds(60), Cancel);
        var won = await store.CommitAsync(
            new StoreTransaction([StoreCondition.Absent(Keys.Leader)], [new StoreWrite.Put(Keys.Leader, record.ToBytes(), lease)]), Cancel);
        won.Applied.ShouldBeTrue();
        return new LeaderTerm(
            store, Keys, TimeProvider.System, new LeadershipTimes { Lease = TimeSpan.FromSeconds(60) }, record, lease, won.Revision, sentAt, CancellationToken.None);
    }
}
