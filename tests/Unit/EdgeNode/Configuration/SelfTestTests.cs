using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Canonical;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Snapshots;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Configuration;

/// <summary>What a bundle is refused for although a trusted key signed it.</summary>
public class SelfTestTests
{
    [Fact]
    public async Task Activate_SlowExpression_IsRefusedAndNothingChanges()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));

        var problems = edge.Snapshots.TryActivate("2", TestResources.For(upstream) with
        {
            Guardrails = [new Guardrail { Name = "slow", AppliesTo = new AppliesTo(), Deny = ["[ab]*a[ab]{900}c"] }],
        });

        problems.ShouldHaveSingleItem().ShouldStartWith("Guardrail/slow: an expression is too slow");
        edge.Snapshots.Current!.Revision.ShouldBe("abc1234");
    }

    [Fact]
    public async Task Activate_StrategyWithoutUsableRoutes_SaysWhichRouteFailed()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));

        var problems = edge.Snapshots.TryActivate("2", TestResources.For(upstream) with
        {
            Routes = [new Route { Name = "empty", Match = new RouteMatch { Path = "/v1/empty" }, Service = new RouteService { Endpoints = [] } }],
        });

        problems.ShouldHaveSingleItem().ShouldStartWith("Route/empty: the self-test failed: it has no endpoint");
    }

    [Theory]
    [InlineData("""{"apiVersion":"globalgateway.dev/v1","kind":"Tenant","metadata":{"labels":{},"name":"t"},"spec":{"keys":null}}""")]
    [InlineData("""{"apiVersion":"globalgateway.dev/v1","kind":"Tenant","metadata":{"labels":{},"name":"t"},"spec":{"keys":[null]}}""")]
    [InlineData("""{"apiVersion":"globalgateway.dev/v1","kind":"Tenant","metadata":{"labels":{},"name":null},"spec":{}}""")]
    public void Resource_WithANullAnywhere_IsNotRead(string json) =>
        Should.Throw<System.Text.Json.JsonException>(() => CanonicalJson.Read(System.Text.Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Resource_WithTheWordNullInAText_IsRead() =>
        CanonicalJson.Read(CanonicalJson.Write(new Tenant { Name = "null", Models = ["null"] })).Name.ShouldBe("null");

    [Fact]
    public void Bundle_WithAResourceTwice_IsNotRead()
    {
        var bundle = CompiledBundle.Compile(new ResourceSet { Tenants = [new Tenant { Name = "t" }, new Tenant { Name = "t" }] }, DateTimeOffset.UnixEpoch).Bundle!;

        Should.Throw<BundleException>(() => BundleReader.Resources(BundleReader.Manifest(bundle.Manifest, bundle.Digest), digest => bundle.Chunks[digest]))
            .Message.ShouldBe("Tenant/t is there twice");
    }

    [Fact]
    public async Task Clock_BehindTheBundle_JudgesKeysByTheBundlesCreation()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        var created = DateTimeOffset.UtcNow.AddDays(30);
        var resources = TestResources.For(upstream);
        Tenant With(DateTimeOffset? from, DateTimeOffset? until) => resources.Tenants[0] with
        {
            Keys = [resources.Tenants[0].Keys[0] with { NotBefore = from, NotAfter = until }],
        };
        await using var edge = await EdgeHost.StartAsync(resources);

        edge.Snapshots.TryActivate(new BundleIdentity("2", "d", created), resources with { Tenants = [With(created.AddDays(-1), null)] }).ShouldBeEmpty();
        (await edge.ChatAsync()).EnsureSuccessStatusCode();
        edge.Snapshots.TryActivate(new BundleIdentity("3", "e", created), resources with { Tenants = [With(null, created.AddDays(-1))] }).ShouldBeEmpty();
        ((int)(await edge.ChatAsync()).StatusCode).ShouldBe(401);

        using var management = new HttpClient();
        (await management.GetStringAsync($"{edge.ManagementUrl}/status", TestContext.Current.CancellationToken)).ShouldContain("\"clock\"");
    }
}
