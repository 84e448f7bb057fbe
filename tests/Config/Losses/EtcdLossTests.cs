using GlobalGateway.Config.Failpoints;
using GlobalGateway.LocalFleet.Planning;
using Shouldly;
using Xunit;

namespace GlobalGateway.Config.Losses;

/// <summary>A fleet on a real etcd that is taken away, and whose leader is put to sleep: clients notice nothing, and rollouts go on afterwards.</summary>
public sealed class EtcdLossTests
{
    private const string Etcd = "etcd";
    private static readonly TimeSpan Gone = TimeSpan.FromSeconds(8);

    /// <summary>Longer than the leader's lease.</summary>
    private static readonly TimeSpan Asleep = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Etcd_Killed_ClientsNoticeNothing_AndTheNextCommitIsRolledOut()
    {
        await using var fleet = await new FailpointFleet(TimeSpan.Zero, FleetServers.Etcd).StartedAsync();
        await using var client = new SteadyClient(fleet);
        var before = await fleet.ServedAsync("eu-west");
        await fleet.Fleet.KillAsync(Etcd);
        fleet.Edit();
        await Task.Delay(Gone);
        (await fleet.ServedAsync("eu-west")).ShouldBe(before);

        await fleet.Fleet.RestartAsync(Etcd);
        await fleet.UntilAsync(rollout => rollout.GetProperty("number").GetInt64() > 1);
        await fleet.SettledAsync("completed");
        (await fleet.ServedAsync("eu-west")).Revision.ShouldNotBe(before.Revision);
        await client.EndAsync();
    }

    [Fact]
    public async Task EtcdAndControlPlane_Killed_ClientsNoticeNothing_AndTheyGoOnWhereTheyWere()
    {
        await using var fleet = await new FailpointFleet(TimeSpan.Zero, FleetServers.Etcd).StartedAsync();
        await using var client = new SteadyClient(fleet);
        var before = await fleet.ServedAsync("eu-west");
        await Task.WhenAll(fleet.Fleet.KillAsync(Etcd), fleet.Fleet.KillAsync(FailpointFleet.ControlPlane));
        await Task.Delay(Gone);
        (await fleet.ServedAsync("eu-west")).ShouldBe(before);

        await fleet.Fleet.RestartAsync(Etcd);
        await fleet.StartPlaneAsync(null);
        await fleet.UntilAsync(_ => true);
        fleet.Edit();
        await fleet.UntilAsync(rollout => rollout.GetProperty("number").GetInt64() > 1);
        await fleet.SettledAsync("completed");
        await client.EndAsync();
    }

    [Fact]
    public async Task Leader_AsleepForLongerThanItsLease_LeadsAnewAndRollsOut()
    {
        await using var fleet = await new FailpointFleet(TimeSpan.Zero, FleetServers.Etcd).StartedAsync();
        await using var client = new SteadyClient(fleet);
        fleet.Fleet.Process(FailpointFleet.ControlPlane).Pause();
        fleet.Edit();
        await Task.Delay(Asleep);
        fleet.Fleet.Process(FailpointFleet.ControlPlane).Resume();

        await fleet.UntilAsync(rollout => rollout.GetProperty("number").GetInt64() > 1);
        await fleet.SettledAsync("completed");
        await client.EndAsync();
    }
}
