using GlobalGateway.Contracts.Fleet;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Signals;
using GlobalGateway.EdgeNode.Snapshots;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Signals;

public class BundleSignalsTests
{
    private static readonly TimeSpan Fast = TimeSpan.FromMilliseconds(12);

    [Fact]
    public void Count_EveryOutcome_GoesWhereGatesLookForIt()
    {
        var signals = new BundleSignals(["acme", "zeta"]);

        signals.Count(0, 200, failed: false, Fast);
        signals.Count(0, 200, failed: true, Fast);
        signals.Count(1, 503, failed: false, Fast);
        signals.Count(1, 429, failed: false, Fast);
        signals.Count(1, 403, failed: false, Fast);
        signals.Count(1, 400, failed: false, Fast);

        var sample = signals.Sample("b", TimeSpan.FromSeconds(3));
        (sample.Requests, sample.ServerErrors, sample.Denials, sample.AgeMs).ShouldBe((6, 2, 2, 3_000));
        sample.Latency.ShouldBe([new BucketCount(LatencyBuckets.Of(Fast), 1)]);
        sample.Tenants.ShouldBe([new TenantSample("zeta", 4, 2), new TenantSample("acme", 2, 0)]);
    }

    [Fact]
    public void Count_Stranger_IsNoNewsUnlessTheEdgeFails()
    {
        var signals = new BundleSignals(["acme"]);

        signals.Count(BundleSignals.Nobody, 401, failed: false, Fast);
        signals.Count(BundleSignals.Nobody, 404, failed: false, Fast);
        signals.Total.ShouldBe(0);

        signals.Count(BundleSignals.Nobody, 500, failed: false, Fast);
        signals.Sample("b", default).ServerErrors.ShouldBe(1);
    }

    [Fact]
    public void Sample_MoreTenantsThanAreTold_KeepsThoseWithMostDenialsThenMostRequests()
    {
        var names = Enumerable.Range(0, 1_000).Select(number => $"t{number:D4}").ToArray();
        var signals = new BundleSignals(names);
        for (var tenant = 0; tenant < names.Length; tenant++)
        {
            for (var request = 0; request <= tenant % 7; request++)
            {
                signals.Count(tenant, tenant == 3 ? 429 : 200, failed: false, Fast);
            }
        }

        var told = signals.Sample("b", default).Tenants;

        told.Count.ShouldBe(FleetProtocol.SampleTenantsMax);
        told[0].Tenant.ShouldBe("t0003");
        told.Skip(1).Min(tenant => tenant.Requests).ShouldBeGreaterThanOrEqualTo(6);
    }

    [Fact]
    public async Task Count_FromManyThreads_LosesNothing()
    {
        var signals = new BundleSignals(["acme"]);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var request = 0; request < 20_000; request++)
            {
                signals.Count(0, 200, failed: false, Fast);
            }
        })));

        signals.Sample("b", default).Tenants.ShouldBe([new TenantSample("acme", 160_000, 0)]);
        signals.Total.ShouldBe(160_000);
    }

    [Fact]
    public void Count_AnyNumberOfTimes_AllocatesNothing()
    {
        var signals = new BundleSignals(["acme"]);
        signals.Count(0, 200, failed: false, Fast);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var request = 0; request < 1_000; request++)
        {
            signals.Count(0, request % 2 == 0 ? 200 : 403, failed: false, Fast);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public async Task Key_ThatOnlyTheBundleBeforeKnew_CountsAsADenialOfItsTenant()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        var resources = TestResources.For(upstream) with { Tenants = [TestResources.Tenant("acme", EdgeHost.Key), TestResources.Tenant("beta", "beta-key")] };
        await using var edge = await EdgeHost.StartAsync(resources);
        (await edge.ChatAsync()).EnsureSuccessStatusCode();
        edge.Snapshots.TryActivate(new BundleIdentity("2", "digest"), resources with { Tenants = [resources.Tenants[1]] }).ShouldBeEmpty();

        ((int)(await edge.ChatAsync()).StatusCode).ShouldBe(401);
        edge.Client.DefaultRequestHeaders.Authorization = new("Bearer", "nobody-has-this");
        ((int)(await edge.ChatAsync()).StatusCode).ShouldBe(401);

        var sample = edge.Snapshots.Current!.Signals.Sample("digest", default);
        (sample.Requests, sample.Denials).ShouldBe((1, 1));
        sample.Tenants.ShouldBe([new TenantSample("acme", 1, 1)]);
    }

    [Fact]
    public async Task Key_ThatHadExpiredBefore_IsNoDenialOfTheBundle()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        var resources = TestResources.For(upstream);
        var tenant = resources.Tenants[0];
        Tenant expired = tenant with { Keys = [tenant.Keys[0] with { NotAfter = DateTimeOffset.UtcNow.AddDays(-1) }] };
        await using var edge = await EdgeHost.StartAsync(resources with { Tenants = [expired] });
        edge.Snapshots.TryActivate(new BundleIdentity("2", "digest"), resources with { Tenants = [expired] }).ShouldBeEmpty();

        ((int)(await edge.ChatAsync()).StatusCode).ShouldBe(401);

        edge.Snapshots.Current!.Signals.Total.ShouldBe(0);
    }
}
