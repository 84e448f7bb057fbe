using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Config.BadBundles;

/// <summary>
/// What a correct control plane never makes, put into the store past it, or told by another in its place: real edges refuse it and say why,
/// the API shows what they say, and no client notices.
/// </summary>
[Collection(SharedBadBundleFleet.Name)]
public sealed class BadDocumentTests(BadBundleFleet fleet)
{
    private const string AnotherKey = "another-signing.key";
    private const string ControlPlane = FleetPlan.ControlPlaneName;

    [Theory]
    [InlineData("signed by another key", "no trusted key made its signature")]
    [InlineData("changed after it was signed", "no trusted key made its signature")]
    [InlineData("for another fleet", "it is for the fleet elsewhere")]
    [InlineData("of a future format", "its format is 2; read here: 1")]
    [InlineData("with the number of the one that is served", "which this edge has served")]
    public async Task Pointer_ThatIsNotToBeTrusted_IsRefusedByEveryEdgeThatIsTold(string how, string why)
    {
        await using var door = new StoreDoor(fleet.Fleet);
        await using var load = new TenantLoad(fleet);
        var good = await door.PointersAsync();
        var served = await fleet.ServingAsync(BadBundleFleet.Edges);
        var above = good.Values.Max(pointer => pointer.Sequence) + 1;
        using var another = SigningKey.OpenOrCreate(Path.Combine(fleet.Fleet.Options.StateDirectory, AnotherKey));

        await door.WriteAsync(good.ToDictionary(pointer => pointer.Key, pointer => how switch
        {
            "signed by another key" => Sign(another, pointer.Value, above),
            "changed after it was signed" => Sign(door.Key, pointer.Value, above - 1) with { Sequence = above },
            "for another fleet" => Sign(door.Key, pointer.Value, above, "elsewhere"),
            "of a future format" => Sign(door.Key, pointer.Value, above) with { Format = BundleFormat.Readable.Max() + 1 },
            _ => Sign(door.Key, pointer.Value, pointer.Value.Sequence),
        }));

        await Eventually.HoldsAsync(async () => (await fleet.ShownAsync()).All(edge => edge is { Connected: true, State: "nack" }));
        foreach (var edge in await fleet.ShownAsync())
        {
            edge.Reason.ShouldNotBeNull().ShouldContain(why);
            edge.Revision.ShouldBe(served[0]);
            (await fleet.TroubleAsync(edge.Process)).ShouldNotBeNull().ShouldContain(why);
        }

        (await fleet.ServingAsync(BadBundleFleet.Edges)).ShouldBe(served);
        await door.WriteAsync(good);
        await Eventually.HoldsAsync(async () => (await fleet.ShownAsync()).All(edge => edge is { Connected: true, State: "ack" }));
        (await fleet.TroubleAsync("us-east")).ShouldBeNull();
        load.Failures.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("signed by another key", "the manifest cannot be trusted: no trusted key made its signature")]
    [InlineData("for another fleet", "the manifest cannot be trusted: it is for the fleet elsewhere")]
    [InlineData("of a future format", "the manifest's format is 2; read here: 1")]
    [InlineData("with an expression that is valid and slow", "Guardrail/slow: an expression is too slow")]
    public async Task Bundle_ThatCannotBeServed_IsRolledBackAtTheCanaryWithItsReason(string how, string why)
    {
        await using var door = new StoreDoor(fleet.Fleet);
        using var another = SigningKey.OpenOrCreate(Path.Combine(fleet.Fleet.Options.StateDirectory, AnotherKey));
        var good = await door.ResourcesAsync((await door.PointersAsync())["us-east"]);
        var slow = new Guardrail { Name = "slow", AppliesTo = new AppliesTo { Tenant = "most" }, Deny = ["a[ab]{900}"] };
        var resources = how == "with an expression that is valid and slow"
            ? good with { Guardrails = [.. good.Guardrails, slow] }
            : good with { Tenants = [.. good.Tenants, new Tenant { Name = $"zz-{how.Replace(' ', '-')}" }] };

        var rollout = await BadRollout.WatchAsync(fleet, warmUp: 100, () => door.SubmitAsync(
            resources,
            manifest => how == "of a future format" ? manifest with { Format = BundleFormat.Readable.Max() + 1 } : manifest,
            payload => SignedDocument.Sign(
                how == "signed by another key" ? another : door.Key, SignedType.Manifest, how == "for another fleet" ? "elsewhere" : FleetOptions.FleetName, BundleFormat.WholeFleet, 1, payload)));

        rollout.Ended.Reason.ShouldNotBeNull().ShouldMatch($"^us-east canary: us-east/edge-[12] refuses it: {System.Text.RegularExpressions.Regex.Escape(why)}");
        rollout.Touched.ShouldBeEmpty("the canary refuses it, and nobody else is told");
        rollout.Failures.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pointer_OfAnEarlierTime_IsRefusedByEveryEdge()
    {
        await using var load = new TenantLoad(fleet);
        var served = await fleet.ServingAsync(BadBundleFleet.Edges);
        await fleet.Fleet.StopAsync(ControlPlane);
        await using (var plane = await HostilePlane.StartAsync(fleet.Fleet, edge => new Contracts.Fleet.PointerMessage("earlier", fleet.First[edge.Region])))
        {
            await Eventually.HoldsAsync(() => plane.Refusals.Count == BadBundleFleet.Edges.Count);

            plane.Taken.ShouldBeEmpty();
            plane.Refusals.Values.ShouldAllBe(refusal => refusal.Reason.StartsWith("its sequence") && refusal.Reason.EndsWith("which this edge has served") && refusal.Revision == served[0]);
            foreach (var edge in BadBundleFleet.Edges)
            {
                (await fleet.TroubleAsync(edge)).ShouldNotBeNull().ShouldContain("which this edge has served");
            }
        }

        (await fleet.ServingAsync(BadBundleFleet.Edges)).ShouldBe(served);
        await fleet.Fleet.RestartAsync(ControlPlane);
        await Eventually.HoldsAsync(async () => await fleet.IsUpAsync() && (await fleet.ShownAsync()).Count(edge => edge is { Connected: true, State: "ack" }) == BadBundleFleet.Edges.Count);
        load.Failures.ShouldBeEmpty();
    }

    /// <summary>The same pointer's cohort, and another bundle.</summary>
    private static SignedDocument Sign(SigningKey key, SignedDocument pointer, long sequence, string fleet = FleetOptions.FleetName) => SignedDocument.Sign(
        key, SignedType.Pointer, fleet, pointer.Audience, sequence,
        JsonSerializer.SerializeToUtf8Bytes(BundleReader.Pointer(pointer) with { Bundle = new string('b', 64) }, BundleJsonContext.Default.BundlePointer));
}
