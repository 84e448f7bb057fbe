using GlobalGateway.Config.Stores;
using GlobalGateway.ControlPlane.Rollouts;
using Shouldly;
using Xunit;

namespace GlobalGateway.Config.Failpoints;

/// <summary>
/// The leading control plane ends, as if killed, before and after each write of a rollout, and the other one takes over on the same etcd. Leader after
/// leader ends at the next write of one rollout, in three fleets side by side, because most of the time is waiting.
/// </summary>
public sealed class FailpointTests
{
    private const string Late = "eu-west";

    private static readonly string[] OfACommit =
        [StoreWrites.Chunks, StoreWrites.Manifest, StoreWrites.Waiting, StoreWrites.Started, StoreWrites.Stage, StoreWrites.Completed, StoreWrites.Collected];
    private static readonly string[] OfAnOperator = [StoreWrites.Progress, StoreWrites.Answered, StoreWrites.WentBack];
    private static readonly string[] OfAnOldStore = [StoreWrites.Recovered, StoreWrites.TakenBack];
    private static readonly string[] OfALateEdge = [StoreWrites.Raised];

    /// <summary>What a new leader takes to begin and end its listening, and a little.</summary>
    private static readonly TimeSpan Listens = RolloutEngine.ListensFor + TimeSpan.FromSeconds(2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Writes_OfTheseTests_AreThoseOfTheCode() =>
        OfACommit.Concat(OfAnOperator).Concat(OfAnOldStore).Concat(OfALateEdge).Order(StringComparer.Ordinal).ShouldBe(StoreWrites.All.Order(StringComparer.Ordinal));

    [Fact]
    public Task Leader_KilledBeforeAndAfterEveryWrite_TheNextOneEndsTheRollout_AndNoEdgeOrClientNotices() =>
        Task.WhenAll(RollOutAsync(), AbortAsync(), ComeBackFromThePastAsync());

    private static async Task RollOutAsync()
    {
        await using var fleet = await new StoreFleet(canaryBake: TimeSpan.Zero).StartedAsync();
        await using var client = new SteadyClient(fleet);
        await new LeaderRelay(fleet).RunAsync(LeaderRelay.Around(OfACommit), begin: EditAsync, provoke: (failpoint, _) => failpoint.StartsWith(StoreWrites.Collected, StringComparison.Ordinal) ? EditAsync() : Task.CompletedTask);
        await fleet.SettledAsync();
        await fleet.ShouldBeLegalAsync();
        await client.EndAsync();

        // What is collected after a rollout are the manifests that leaders wrote who ended before theirs could wait.
        Task EditAsync()
        {
            fleet.Edit();
            return Task.CompletedTask;
        }
    }

    private static async Task AbortAsync()
    {
        await using var fleet = await new StoreFleet(canaryBake: TimeSpan.FromSeconds(60)).StartedAsync();
        await using var client = new SteadyClient(fleet);
        var good = fleet.Revision;
        await new LeaderRelay(fleet).RunAsync(LeaderRelay.Around(OfAnOperator), begin: () => Task.Run(fleet.Edit), provoke: async (failpoint, leader) =>
        {
            while (!failpoint.StartsWith(StoreWrites.Progress, StringComparison.Ordinal) && !fleet.Fleet.Process(leader).HasExited)
            {
                // Asked again and again: what the leader before was asked is answered by this one, too.
                await fleet.ActAsync(leader, failpoint.StartsWith(StoreWrites.Answered, StringComparison.Ordinal) ? "pause" : "abort");
            }
        });
        await fleet.SettledAsync(good, RolloutStatus.Aborted);
        await fleet.ShouldBeLegalAsync();
        await client.EndAsync();
    }

    private static async Task ComeBackFromThePastAsync()
    {
        await using var fleet = await new StoreFleet(canaryBake: TimeSpan.Zero).StartedAsync();
        var (past, number) = (fleet.Saved, (await fleet.StateAsync()).Sequence);
        var snapshot = await fleet.Etcd.SnapshotAsync("past", Cancel);
        var relay = new LeaderRelay(fleet);
        await using (var client = new SteadyClient(fleet))
        {
            fleet.Edit();
            await fleet.SettledAsync();
            await relay.RunAsync(LeaderRelay.Around(OfAnOldStore), begin: () => fleet.Etcd.RestoreAsync(snapshot, Cancel));
            await fleet.SettledAsync();
            await fleet.ShouldBeLegalAsync();
            await client.EndAsync();
        }

        // The source is what the old store has, and an edge of the future is not there while leaders listen: they hear of its number afterwards.
        var held = (await fleet.ServedAsync(Late)).Sequence;
        await relay.EndLeaderAsync(LeaderRelay.Around(OfALateEdge)[0]);
        fleet.Save(past);
        await fleet.Fleet.StopAsync(Late);
        await fleet.Etcd.RestoreAsync(snapshot, Cancel);
        foreach (var (index, failpoint) in LeaderRelay.Around(OfALateEdge).Index())
        {
            await fleet.EndReportsAsync();
            var leader = await relay.TakeOverAsync(LeaderRelay.Around(OfALateEdge).ElementAtOrDefault(index + 1));
            await Task.Delay(Listens, Cancel);
            (await fleet.StateAsync()).Sequence.ShouldBeGreaterThan(number, "the edge that is there was heard");
            await fleet.Fleet.RestartAsync(Late);
            await fleet.UntilEndedAsync(leader, failpoint);
            await fleet.Fleet.StopAsync(Late);
        }

        await relay.TakeOverAsync(null);
        await fleet.Fleet.RestartAsync(Late);
        await fleet.ReadyAsync(Late);
        await fleet.SettledAsync();
        await fleet.ShouldBeLegalAsync();
        (await fleet.ServedAsync(Late)).Sequence.ShouldBeGreaterThan(held);
    }
}
