using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Config.BadBundles;

[Collection(SharedBadBundleFleet.Name)]
public sealed class BadBundleTests(BadBundleFleet fleet)
{
    [Fact]
    public async Task Bundle_ThatDeniesEverything_IsRolledBackAtTheCanary()
    {
        var rollout = await RollOutAsync(BadBundleFleet.Tenants("smart", "smart"));

        rollout.Ended.Reason.ShouldNotBeNull().ShouldStartWith("us-east canary: Tenant/");
        rollout.Failures.ShouldAllBe(failure => failure.Answer == "403" || failure.Answer == "404");
    }

    [Fact]
    public async Task Bundle_ThatDeniesOneTenantOfMany_IsRolledBackAtTheCanaryWithItsName()
    {
        var rollout = await RollOutAsync(BadBundleFleet.Tenants("\"*\"", "smart"));

        rollout.Ended.Reason.ShouldNotBeNull().ShouldStartWith("us-east canary: Tenant/one-of-many: denials 100.0 % (control 0.0 %)");
        rollout.Failures.ShouldAllBe(failure => failure.Key == BadBundleFleet.OneOfManyKey);
        rollout.Decisions.ShouldNotBeNull().ShouldContain("requests would now be denied: tenant one-of-many, model fast");
    }

    [Fact]
    public async Task Bundle_ThatEndsTheProcessOnTheFirstRequest_IsRolledBackAndTheEdgeComesBack()
    {
        var rollout = await RollOutAsync(DeadlyBundle);

        rollout.Ended.Reason.ShouldNotBeNull().ShouldStartWith("us-east canary: us-east/edge-");
        rollout.Ended.Reason.ShouldContain("died while serving it");
    }

    [Fact]
    public async Task Edge_ThatDiesTwiceUnderABundleWithNoControlPlane_StartsFromTheOneBefore()
    {
        await using var load = new TenantLoad(fleet);
        var good = (await fleet.ServingAsync(["eu-west"]))[0];
        var before = await fleet.RolloutAsync();
        var canary = "";
        fleet.Save(DeadlyBundle);
        await Eventually.HoldsAsync(() => (canary = BadBundleFleet.Edges.FirstOrDefault(edge => fleet.Fleet.Process(edge).HasExited)) is not null);
        await fleet.Fleet.StopAsync(FleetPlan.ControlPlaneName);
        await fleet.Fleet.RestartAsync(canary!);
        var deaths = 1;
        await Eventually.HoldsAsync(async () =>
        {
            if (fleet.Fleet.Process(canary!).HasExited)
            {
                deaths++;
                await fleet.Fleet.RestartAsync(canary!);
            }

            return (await fleet.ServingAsync([canary!]))[0] == good;
        });
        deaths.ShouldBe(2);

        await fleet.Fleet.RestartAsync(FleetPlan.ControlPlaneName);
        await Eventually.HoldsAsync(async () => await fleet.IsUpAsync() && await fleet.RolloutAsync() is { IsOpen: false } ended && ended.Number > before.Number && await fleet.IsServedEverywhereAsync(good));
        (await fleet.RolloutAsync()).Reason.ShouldNotBeNull().ShouldMatch("^us-east canary: us-east/edge-[12] (died while serving it|refuses it: crashed)");
        load.Failures.Select(failure => failure.Edge).Distinct().ShouldBe([canary!]);
        fleet.SaveGood();
        await Eventually.HoldsAsync(async () => await fleet.SourceStateAsync() == "valid");
    }

    [Theory]
    [InlineData("apiVersion: globalgateway.dev/v1\nkind: Budget\nmetadata: { name: blank }\nspec: { id: blank, appliesTo: { tenant: demo }, limit: , period: }")]
    [InlineData("apiVersion: globalgateway.dev/v1\nkind: Tenant\nmetadata:\nspec:\n")]
    [InlineData("apiVersion: globalgateway.dev/v1\nkind: Guardrail\nmetadata: { name: slow }\nspec: { appliesTo: { tenant: demo }, deny: [\"a[ab]{900}\"] }")]
    public async Task Commit_WithBlankFieldsOrASlowExpression_NeverLeavesTheCompiler(string bad)
    {
        await using var load = new TenantLoad(fleet);
        var before = await fleet.RolloutAsync();
        fleet.Save(bad);
        await Eventually.HoldsAsync(async () => await fleet.SourceStateAsync() == "invalid");

        (await fleet.RolloutAsync()).Number.ShouldBe(before.Number);
        fleet.SaveGood();
        await Eventually.HoldsAsync(async () => await fleet.SourceStateAsync() == "valid");
        load.Failures.ShouldBeEmpty();
    }

    [Fact]
    public async Task Commit_WithAResourceAboveTheLimit_NeverLeavesTheCompiler()
    {
        var before = await fleet.RolloutAsync();
        var keys = string.Concat(Enumerable.Range(0, 4_000).Select(i => $"\n    - {{ name: key-{i}, sha256: {i:x64} }}"));
        fleet.Save($"apiVersion: globalgateway.dev/v1\nkind: Tenant\nmetadata: {{ name: huge }}\nspec:\n  keys:{keys}\n");
        await Eventually.HoldsAsync(async () => await fleet.SourceStateAsync() == "invalid");

        (await fleet.RolloutAsync()).Number.ShouldBe(before.Number);
        fleet.SaveGood();
        await Eventually.HoldsAsync(async () => await fleet.SourceStateAsync() == "valid");
    }

    private static string DeadlyBundle => BadBundleFleet.Tenants("\"*\"", "\"*\"").Replace(
        "name: one-of-many }", $"name: one-of-many, labels: {{ failpoint: {BadBundleFleet.Deadly}, try: \"{Guid.NewGuid():N}\" }} }}", StringComparison.Ordinal);

    /// <summary>Saves what is bad, and what is good again when it was rolled back at one edge.</summary>
    private async Task<BadRollout> RollOutAsync(string bad)
    {
        var rollout = await BadRollout.WatchAsync(fleet, BadRollout.WarmUpForGates, () =>
        {
            fleet.Save(bad);
            return Task.CompletedTask;
        });
        rollout.Failures.ShouldNotBeEmpty();
        rollout.Touched.ShouldHaveSingleItem($"only the canary is touched: {rollout.Ended.Reason}").ShouldStartWith("us-east");
        fleet.SaveGood();
        await Eventually.HoldsAsync(async () => await fleet.SourceStateAsync() == "valid");
        return rollout;
    }
}
