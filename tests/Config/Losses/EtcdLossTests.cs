using GlobalGateway.Config.Stores;
using GlobalGateway.ControlPlane.Rollouts;
using Shouldly;
using Xunit;

namespace GlobalGateway.Config.Losses;

/// <summary>A fleet on three members of etcd that are taken away in the middle of a rollout, or whose leader is put to sleep: clients notice nothing, and the rollout ends.</summary>
public sealed class EtcdLossTests(EtcdLossTests.ThreeMembers members) : IClassFixture<EtcdLossTests.ThreeMembers>
{
    private static readonly TimeSpan Gone = TimeSpan.FromSeconds(8);

    /// <summary>A leader that wakes and still took itself for one would have written its heartbeat by then.</summary>
    private static readonly TimeSpan Awake = TimeSpan.FromSeconds(3);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private StoreFleet Fleet => members.Fleet;

    [Fact]
    public async Task Member_KilledDuringARollout_TheRolloutEndsOnTheOthers()
    {
        await using var client = new SteadyClient(Fleet);
        await BeginRolloutAsync();

        // The one that control planes name first, so both use it.
        Fleet.Etcd.Members[0].Kill();
        await PromoteAsync();
        await Fleet.SettledAsync();
        await Fleet.ShouldBeLegalAsync();
        await client.EndAsync();

        Fleet.Etcd.Members[0].Start();
        await Fleet.Etcd.HealthyAsync(Cancel);
    }

    [Fact]
    public async Task EveryMemberAndControlPlane_KilledDuringARollout_ClientsNoticeNothing_AndItEndsWhenTheyAreBack()
    {
        await using var client = new SteadyClient(Fleet);
        await BeginRolloutAsync();
        var served = await Task.WhenAll(StoreFleet.Regions.Select(Fleet.ServedAsync));
        foreach (var member in Fleet.Etcd.Members)
        {
            member.Kill();
        }

        await Task.WhenAll(StoreFleet.Planes.Select(Fleet.Fleet.KillAsync));
        var answered = client.Answered;
        await Task.Delay(Gone, Cancel);
        client.Answered.ShouldBeGreaterThan(answered);
        (await Task.WhenAll(StoreFleet.Regions.Select(Fleet.ServedAsync))).ShouldBe(served);

        foreach (var member in Fleet.Etcd.Members)
        {
            member.Start();
        }

        await Task.WhenAll(StoreFleet.Planes.Select(plane => Fleet.StartPlaneAsync(plane)));
        await Fleet.Etcd.HealthyAsync(Cancel);
        await PromoteAsync();
        await Fleet.SettledAsync();
        await Fleet.ShouldBeLegalAsync();
        await client.EndAsync();
    }

    [Fact]
    public async Task Leader_AsleepForLongerThanItsLease_TheOtherOneRollsOut_AndTheSleeperWritesNothing()
    {
        await using var client = new SteadyClient(Fleet);
        var sleeper = Fleet.Fleet.Process(await Fleet.LeaderAsync());
        sleeper.Pause();
        Fleet.Edit();
        await Fleet.LeaderAsync(StoreFleet.Other(sleeper.Plan.Name));
        await using var log = new StoreLog(Fleet);
        await Fleet.UntilAsync(IsAtItsCanary);
        await PromoteAsync();
        await Fleet.SettledAsync();

        var (leader, _) = (await Fleet.LeaderKeyAsync()).ShouldNotBeNull();
        sleeper.Resume();
        await Task.Delay(Awake, Cancel);
        (await Fleet.LeaderKeyAsync()).ShouldNotBeNull().Entry.Value.ShouldBe(leader.Value);
        log.Written.Where(entry => entry.Key == Fleet.Keys.Heartbeat).ShouldAllBe(entry => entry.Lease == leader.Lease);
        await Fleet.ShouldBeLegalAsync();
        await client.EndAsync();
    }

    private async Task BeginRolloutAsync()
    {
        Fleet.Edit();
        await Fleet.UntilAsync(IsAtItsCanary);
        await Fleet.UntilAsync(async () => (await Fleet.ServedAsync("us-east")).Revision == Fleet.Revision, () => "the canary does not serve it");
    }

    private bool IsAtItsCanary(RolloutState state) =>
        state.Running is { Running: { Kind: StageKind.Canary, Status: StageStatus.Runs } } running && running.Bundle.Revision == Fleet.Revision;

    /// <summary>Once every edge has found the leader or its neighbour: a region without an edge would be skipped, and owed the change.</summary>
    private async Task PromoteAsync()
    {
        var leader = await Fleet.LeaderAsync();
        await Fleet.UntilAsync(() => Fleet.AreConnectedAsync(leader), () => "the edges do not come back");
        await Fleet.UntilAsync(() => Fleet.ActAsync(leader, "promote"), () => "the rollout cannot be promoted");
    }

    public sealed class ThreeMembers : IAsyncLifetime
    {
        private StoreFleet? _fleet;

        internal StoreFleet Fleet => _fleet ?? throw new InvalidOperationException("The fleet is not started.");

        // The canary bakes until it is promoted: what is done to the fleet meanwhile is done in the middle of a rollout.
        public async ValueTask InitializeAsync() => _fleet = await new StoreFleet(canaryBake: TimeSpan.FromMinutes(5), members: 3).StartedAsync();

        public ValueTask DisposeAsync() => _fleet?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
