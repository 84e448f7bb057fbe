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
        var rollout = await RollOutAsync(BadBundleFleet.Tenants("\"*\"", "\"*\"").Replace("name: one-of-many }", $"name: one-of-many, labels: {{ failpoint: {BadBundleFleet.Deadly} }} }}", StringComparison.Ordinal));

        rollout.Ended.Reason.ShouldNotBeNull().ShouldStartWith("us-east canary: us-east/edge-");
        rollout.Ended.Reason.ShouldContain("died while serving it");
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
        await BadBundleFleet.UntilAsync(async () => await fleet.SourceStateAsync() == "invalid");

        (await fleet.RolloutAsync()).Number.ShouldBe(before.Number);
        fleet.SaveGood();
        await BadBundleFleet.UntilAsync(async () => await fleet.SourceStateAsync() == "valid");
        load.Failures.ShouldBeEmpty();
    }

    [Fact]
    public async Task Commit_WithAResourceAboveTheLimit_NeverLeavesTheCompiler()
    {
        var before = await fleet.RolloutAsync();
        var keys = string.Concat(Enumerable.Range(0, 4_000).Select(i => $"\n    - {{ name: key-{i}, sha256: {i:x64} }}"));
        fleet.Save($"apiVersion: globalgateway.dev/v1\nkind: Tenant\nmetadata: {{ name: huge }}\nspec:\n  keys:{keys}\n");
        await BadBundleFleet.UntilAsync(async () => await fleet.SourceStateAsync() == "invalid");

        (await fleet.RolloutAsync()).Number.ShouldBe(before.Number);
        fleet.SaveGood();
        await BadBundleFleet.UntilAsync(async () => await fleet.SourceStateAsync() == "valid");
    }

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
        await BadBundleFleet.UntilAsync(async () => await fleet.SourceStateAsync() == "valid");
        return rollout;
    }
}
