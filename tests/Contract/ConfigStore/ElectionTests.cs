using System.Text;
using GlobalGateway.ControlPlane.Audit;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Etcd;
using GlobalGateway.Testing.Etcd;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.ConfigStore;

/// <summary>Leaders as processes of their own that are stopped, killed, and woken when another leads.</summary>
[Trait("suite", "config")]
public sealed class ElectionTests(EtcdOne fixture) : IClassFixture<EtcdOne>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Leader_StoppedAndWokenWhenAnotherLeads_WritesNothing()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        await using var store = await FoundedAsync(fixture.Cluster, patience.Token);
        var writers = new List<string>();
        var following = FollowAsync(store, writers, patience.Token);
        using var first = new ElectionWorker("first", fixture.Cluster.Urls);
        (await first.ReadAsync(patience.Token)).ShouldBe("leads");
        using var second = new ElectionWorker("second", fixture.Cluster.Urls);

        first.Signal("STOP");
        (await second.ReadAsync(patience.Token)).ShouldBe("leads");
        first.Signal("CONT");
        (await first.ReadAsync(patience.Token)).ShouldBe("ended");

        // The first has noticed; what it had sent is in the store or refused by now, before this:
        await store.CommitAsync(new StoreTransaction([], [new StoreWrite.Put(ElectionWorker.Keys.State + "written", "test end"u8.ToArray())]), patience.Token);
        await following;
        writers.Distinct().ShouldBe(["first", "second", "test"]);
        // Never interleaved: all of one, then all of the other.
        writers.Where((writer, index) => index == 0 || writers[index - 1] != writer).ShouldBe(["first", "second", "test"]);
    }

    [Fact]
    public async Task Leader_Killed_IsFollowedByAnotherWithinItsLease()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        await using var store = await FoundedAsync(fixture.Cluster, patience.Token);
        var first = new ElectionWorker("first", fixture.Cluster.Urls);
        using (first)
        {
            (await first.ReadAsync(patience.Token)).ShouldBe("leads");
        }

        var watch = System.Diagnostics.Stopwatch.StartNew();
        using var second = new ElectionWorker("second", fixture.Cluster.Urls);
        (await second.ReadAsync(patience.Token)).ShouldBe("leads");

        TestContext.Current.SendDiagnosticMessage($"the next leader after {watch.Elapsed.TotalSeconds:0.0} s, with a lease of {ElectionWorker.Times.Lease.TotalSeconds} s");
        watch.Elapsed.ShouldBeLessThan(ElectionWorker.Times.Lease * 4);
    }

    private static async Task<EtcdKeyValueStore> FoundedAsync(EtcdCluster cluster, CancellationToken cancel)
    {
        var store = EtcdClients.Open(cluster);
        await store.CommitAsync(new StoreTransaction([], [new StoreWrite.Delete(ElectionWorker.Keys.State + "written")]), cancel);
        _ = await new Founding(store, ElectionWorker.Keys, new AuditLog(store, ElectionWorker.Keys, TimeProvider.System), TimeProvider.System).InitialiseAsync("test", cancel);
        return store;
    }

    private static async Task FollowAsync(EtcdKeyValueStore store, List<string> writers, CancellationToken cancel)
    {
        await foreach (var update in store.FollowAsync(ElectionWorker.Keys.State + "written", cancel))
        {
            writers.AddRange(update.Entries.Select(entry => Encoding.ASCII.GetString(entry.Value).Split(' ')[0]));
            if (writers.LastOrDefault() == "test")
            {
                return;
            }
        }
    }
}
