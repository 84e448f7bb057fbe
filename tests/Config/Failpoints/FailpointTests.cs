using System.Text.Json;
using GlobalGateway.ControlPlane.Rollouts;
using Shouldly;
using Xunit;

namespace GlobalGateway.Config.Failpoints;

/// <summary>
/// The leading control plane ends, as if killed, before and after each write of a rollout, and starts again on the same store. Each list of
/// names has a fleet of its own, so that they run side by side.
/// </summary>
public static class Failpoints
{
    public static readonly string[] OfTheIntake = [StoreWrites.Chunks, StoreWrites.Manifest, StoreWrites.Waiting];
    public static readonly string[] OfStages = [StoreWrites.Started, StoreWrites.Stage, StoreWrites.Completed];
    public static readonly string[] OfOperators = [StoreWrites.WentBack, StoreWrites.Answered, StoreWrites.Progress];
    public static readonly string[] OfOldStores = [StoreWrites.TakenBack, StoreWrites.Raised];
    public static readonly string[] OfCollection = [StoreWrites.Collected];

    public static IEnumerable<string> Each(IEnumerable<string> names) => names.SelectMany(name => (string[])[$"{name}:before", $"{name}:after"]);
}

public sealed class FailpointListTests
{
    [Fact]
    public void Failpoints_OfAllTests_AreThoseOfTheCode() =>
        Failpoints.OfTheIntake.Concat(Failpoints.OfStages).Concat(Failpoints.OfOperators).Concat(Failpoints.OfOldStores).Concat(Failpoints.OfCollection).Order(StringComparer.Ordinal)
            .ShouldBe(StoreWrites.All.Order(StringComparer.Ordinal));
}

public sealed class IntakeFailpointTests
{
    [Fact]
    public Task Leader_KilledWhileARevisionIsPutIn_TheNextOneRollsItOut() => CommitFailpoints.RunAsync(Failpoints.OfTheIntake);
}

[Trait("campaign", "yes")]
public sealed class StageFailpointTests
{
    [Fact]
    public Task Leader_KilledBetweenStages_TheNextOneGoesOn() => CommitFailpoints.RunAsync(Failpoints.OfStages);
}

[Trait("campaign", "yes")]
public sealed class CollectionFailpointTests
{
    [Fact]
    public async Task Leader_KilledWhileOldRevisionsAreDeleted_NothingThatIsServedIsMissing()
    {
        await using var fleet = await new FailpointFleet(TimeSpan.Zero).StartedAsync();
        for (var i = 0; i < RevisionCollector.RevisionsKept; i++)
        {
            fleet.Edit();
            await fleet.UntilAsync(rollout => rollout.GetProperty("number").GetInt64() >= i + 2);
            await fleet.SettledAsync("completed");
        }

        await CommitFailpoints.RunAsync(fleet, Failpoints.OfCollection);
    }
}

internal static class CommitFailpoints
{
    public static async Task RunAsync(IEnumerable<string> names)
    {
        await using var fleet = await new FailpointFleet(TimeSpan.Zero).StartedAsync();
        await RunAsync(fleet, names);
    }

    public static async Task RunAsync(FailpointFleet fleet, IEnumerable<string> names)
    {
        await using var client = new SteadyClient(fleet);
        foreach (var failpoint in Failpoints.Each(names))
        {
            var before = (await fleet.ServedAsync("eu-west")).Revision;
            var number = (await fleet.RolloutAsync()).GetProperty("number").GetInt64();
            await fleet.StartPlaneAsync(failpoint);
            fleet.Edit();
            await fleet.UntilPlaneEndsAsync(failpoint);

            await fleet.StartPlaneAsync(null);
            await fleet.UntilAsync(rollout => rollout.GetProperty("number").GetInt64() > number);
            await fleet.SettledAsync("completed");
            (await fleet.ServedAsync("eu-west")).Revision.ShouldNotBe(before, failpoint);
        }

        await client.EndAsync();
    }
}

[Trait("campaign", "yes")]
public sealed class OperatorFailpointTests
{
    [Fact]
    public async Task Leader_KilledWhileAnOperatorActs_TheRolloutIsWholeAndCanStillBeEnded()
    {
        await using var fleet = await new FailpointFleet(TimeSpan.FromSeconds(60)).StartedAsync();
        await using var client = new SteadyClient(fleet);
        var good = (await fleet.ServedAsync("eu-west")).Revision;
        foreach (var failpoint in Failpoints.Each(Failpoints.OfOperators))
        {
            var number = (await fleet.RolloutAsync()).GetProperty("number").GetInt64();
            await fleet.StartPlaneAsync(failpoint);
            fleet.Edit();
            if (!failpoint.StartsWith(StoreWrites.Progress, StringComparison.Ordinal))
            {
                await fleet.UntilAsync(rollout => IsBaking(rollout) && rollout.GetProperty("number").GetInt64() > number);
                (await fleet.ActAsync(failpoint.StartsWith(StoreWrites.Answered, StringComparison.Ordinal) ? "pause" : "abort")).ShouldBeFalse(failpoint);
            }

            await fleet.UntilPlaneEndsAsync(failpoint);
            await fleet.StartPlaneAsync(null);
            await fleet.UntilAsync(rollout => rollout.GetProperty("number").GetInt64() > number);
            if (IsOpen(await fleet.RolloutAsync()))
            {
                await fleet.UntilAsync(IsBaking);
                (await fleet.ActAsync("abort")).ShouldBeTrue(failpoint);
            }

            await fleet.SettledAsync("aborted");
            (await fleet.ServedAsync("us-east")).Revision.ShouldBe(good, failpoint);
            (await fleet.ServedAsync("eu-west")).Revision.ShouldBe(good, failpoint);
        }

        await client.EndAsync();
    }

    private static bool IsOpen(JsonElement rollout) => rollout.GetProperty("status").GetString() is "running" or "paused";

    private static bool IsBaking(JsonElement rollout) => IsOpen(rollout) && rollout.GetProperty("stages")[0].GetProperty("status").GetString() == "runs";
}

[Trait("campaign", "yes")]
public sealed class OldStoreFailpointTests
{
    [Fact]
    public async Task Leader_KilledWhileItTakesBackWhatAnOldStoreLost_NoEdgeGoesBack()
    {
        await using var fleet = await new FailpointFleet(TimeSpan.Zero).StartedAsync();
        await using var client = new SteadyClient(fleet);
        foreach (var failpoint in Failpoints.Each([StoreWrites.TakenBack]))
        {
            await fleet.Fleet.StopAsync(FailpointFleet.ControlPlane);
            fleet.SaveStore();
            await fleet.StartPlaneAsync(null);
            await fleet.SettledAsync();
            var number = (await fleet.RolloutAsync()).GetProperty("number").GetInt64();
            fleet.Edit();
            await fleet.UntilAsync(rollout => rollout.GetProperty("number").GetInt64() > number);
            await fleet.SettledAsync("completed");
            var held = (await fleet.ServedAsync("eu-west")).Sequence;

            await fleet.Fleet.KillAsync(FailpointFleet.ControlPlane);
            fleet.RestoreStore();
            await fleet.StartPlaneAsync(failpoint);
            await fleet.UntilPlaneEndsAsync(failpoint);
            await fleet.StartPlaneAsync(null);
            await fleet.SettledAsync();
            (await fleet.ServedAsync("eu-west")).Sequence.ShouldBeGreaterThanOrEqualTo(held, failpoint);
        }

        await client.EndAsync();
    }

    /// <summary>How long a leader may take to be elected before it begins to listen, on a machine that does much else.</summary>
    private static readonly TimeSpan LeaderIsLateBy = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task Leader_KilledWhileItRisesAboveALateEdge_TheEdgeIsToldSomethingAboveWhatItHolds()
    {
        await using var fleet = await new FailpointFleet(TimeSpan.Zero).StartedAsync();
        foreach (var failpoint in Failpoints.Each([StoreWrites.Raised]))
        {
            await fleet.Fleet.StopAsync(FailpointFleet.ControlPlane);
            fleet.SaveStore();
            var edits = fleet.Edits;
            await fleet.StartPlaneAsync(null);
            await fleet.SettledAsync();
            var number = (await fleet.RolloutAsync()).GetProperty("number").GetInt64();
            fleet.Edit();
            await fleet.UntilAsync(rollout => rollout.GetProperty("number").GetInt64() > number);
            await fleet.SettledAsync("completed");
            var held = (await fleet.ServedAsync("eu-west")).Sequence;

            // No edge is there while the leader listens, and the source is what the old store has: nothing but the edge tells of the future.
            await fleet.Fleet.KillAsync(FailpointFleet.ControlPlane);
            await Task.WhenAll(FailpointFleet.Regions.Select(fleet.Fleet.KillAsync));
            fleet.RestoreStore();
            fleet.Save(edits);
            await fleet.StartPlaneAsync(failpoint);
            await Task.Delay(RolloutEngine.ListensFor + LeaderIsLateBy);
            await Task.WhenAll(FailpointFleet.Regions.Select(fleet.Fleet.RestartAsync));
            await fleet.UntilPlaneEndsAsync(failpoint);
            await fleet.StartPlaneAsync(null);
            await fleet.SettledAsync();
            (await fleet.ServedAsync("eu-west")).Sequence.ShouldBeGreaterThan(held, failpoint);
        }
    }
}
