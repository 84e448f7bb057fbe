using System.Diagnostics;
using Shouldly;
using Xunit;

namespace GlobalGateway.Config.BadBundles;

[Collection(Measured.Name)]
public sealed class BadBundleTests(BadBundleFleet fleet) : IClassFixture<BadBundleFleet>
{
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Bundle_ThatDeniesEverything_IsRolledBackAtTheCanary()
    {
        var (rollout, failures, _) = await RollOutAsync(BadBundleFleet.Tenants("smart", "smart"));

        rollout.Reason.ShouldNotBeNull().ShouldStartWith("us-east canary: Tenant/");
        failures.ShouldAllBe(failure => failure.Answer == "403" || failure.Answer == "404");
    }

    [Fact]
    public async Task Bundle_ThatDeniesOneTenantOfMany_IsRolledBackAtTheCanaryWithItsName()
    {
        var (rollout, failures, decisions) = await RollOutAsync(BadBundleFleet.Tenants("\"*\"", "smart"));

        rollout.Reason.ShouldNotBeNull().ShouldStartWith("us-east canary: Tenant/one-of-many: denials 100.0 % (control 0.0 %)");
        failures.ShouldAllBe(failure => failure.Key == BadBundleFleet.OneOfManyKey);
        decisions.ShouldNotBeNull().ShouldContain("requests would now be denied: tenant one-of-many, model fast");
    }

    [Fact]
    public async Task Bundle_UnderWhichTheProcessDies_IsRolledBackAndTheEdgeComesBack()
    {
        // Killed as soon as it serves the bundle, and started again, until it serves something else.
        var (rollout, _, _) = await RollOutAsync(BadBundleFleet.Tenants("\"*\", fast", "\"*\""), dies: true);

        rollout.Reason.ShouldNotBeNull().ShouldStartWith("us-east canary: us-east/edge-");
    }

    [Theory]
    [InlineData("apiVersion: globalgateway.dev/v1\nkind: Budget\nmetadata: { name: blank }\nspec: { id: blank, appliesTo: { tenant: demo }, limit: , period: }")]
    [InlineData("apiVersion: globalgateway.dev/v1\nkind: Tenant\nmetadata:\nspec:\n")]
    public async Task Commit_WithBlankFields_NeverLeavesTheCompiler(string blank)
    {
        await using var load = new TenantLoad(fleet);
        var before = await fleet.RolloutAsync();
        fleet.Save(blank);
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

    /// <summary>Saves what is bad and waits until it is rolled back and every edge, brought up again where it died, serves what it did before.</summary>
    private async Task<(NewestRollout Rollout, IReadOnlyList<(string Edge, string Key, string Answer, long At)> Failures, string? Decisions)> RollOutAsync(string bad, bool dies = false)
    {
        await using var load = new TenantLoad(fleet);
        await BadBundleFleet.UntilAsync(() => Task.FromResult(load.Answered > 1_000));
        load.Failures.ShouldBeEmpty();
        var good = (await fleet.ServingAsync(["eu-west"]))[0];
        var before = await fleet.RolloutAsync();
        var touched = new HashSet<string>(StringComparer.Ordinal);
        var rolledBackAt = 0L;
        fleet.Save(bad);
        await BadBundleFleet.UntilAsync(async () =>
        {
            foreach (var edge in BadBundleFleet.Edges.Where(edge => fleet.Fleet.Process(edge).HasExited))
            {
                await fleet.Fleet.RestartAsync(edge);
            }

            var served = await fleet.ServingAsync(BadBundleFleet.Edges);
            touched.UnionWith(BadBundleFleet.Edges.Where((_, index) => served[index] != good));
            if (dies)
            {
                await Task.WhenAll(BadBundleFleet.Edges.Where((_, index) => served[index] != good && served[index] != "dead").Select(fleet.Fleet.KillAsync));
            }

            var rollout = await fleet.RolloutAsync();
            if (rolledBackAt == 0 && rollout.Number > before.Number && !rollout.IsOpen)
            {
                rolledBackAt = Stopwatch.GetTimestamp();
            }

            return rolledBackAt > 0 && served.All(revision => revision == good);
        });

        var ended = await fleet.RolloutAsync();
        var decisions = await fleet.DecisionsAsync();
        ended.Status.ShouldBe("rolledBack");
        var failures = load.Failures.ToList();
        failures.ShouldNotBeEmpty();
        touched.UnionWith(failures.Select(failure => failure.Edge));
        touched.ShouldHaveSingleItem($"only the canary is touched: {ended.Reason}").ShouldStartWith("us-east");
        var took = Stopwatch.GetElapsedTime(failures.Min(failure => failure.At), rolledBackAt);
        TestContext.Current.SendDiagnosticMessage($"rolled back {took.TotalSeconds:0.0} s after the first failure: {ended.Reason}");
        took.ShouldBeLessThan(BackWithin);

        fleet.SaveGood();
        await BadBundleFleet.UntilAsync(async () => await fleet.SourceStateAsync() == "valid");
        return (ended, failures, decisions);
    }
}
