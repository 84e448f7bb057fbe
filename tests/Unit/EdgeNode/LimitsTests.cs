using System.Net;
using GlobalGateway.Contracts.Resources;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode;

public class LimitsTests
{
    [Fact]
    public async Task Requests_AboveTheBurst_Get429WithTheTenantsOwnHeaders()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(With(upstream, new RateLimit
        {
            Name = "burst",
            AppliesTo = new AppliesTo { Tenant = "acme" },
            Requests = new Rate { Limit = 2, Per = TimeSpan.FromMinutes(1) },
        }));

        var first = await edge.ChatAsync();
        await edge.ChatAsync();
        var third = await edge.ChatAsync();

        first.Headers.GetValues("x-ratelimit-limit-requests").ShouldBe(["2"]);
        first.Headers.GetValues("x-ratelimit-remaining-requests").ShouldBe(["1"]);
        third.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        third.Headers.GetValues("x-ratelimit-remaining-requests").ShouldBe(["0"]);
        third.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(30));
        (await third.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("Rate limit burst is reached");
        upstream.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Tokens_AreSettledByWhatTheProviderCounted()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(With(upstream, new RateLimit
        {
            Name = "tpm",
            AppliesTo = new AppliesTo { Tenant = "acme", Models = ["fast"] },
            Tokens = new Rate { Limit = 1000, Per = TimeSpan.FromHours(1) },
        }));
        const string Body = """{"model":"fast","max_tokens":900,"messages":[]}""";

        await edge.PostAsync("/v1/chat/completions", Body);
        var second = await edge.PostAsync("/v1/chat/completions", Body);

        // 900 and a little were taken, 10 were used: without the settlement the second would not fit.
        second.StatusCode.ShouldBe(HttpStatusCode.OK);
        var remaining = int.Parse(second.Headers.GetValues("x-ratelimit-remaining-tokens").Single());
        remaining.ShouldBeInRange(80, 95);
    }

    [Fact]
    public async Task Limit_OfAnotherModel_DoesNotHold()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(With(upstream, new RateLimit
        {
            Name = "other",
            AppliesTo = new AppliesTo { Tenant = "acme", Models = ["secret"] },
            Requests = new Rate { Limit = 1, Per = TimeSpan.FromHours(1) },
        }));

        for (var i = 0; i < 3; i++)
        {
            (await edge.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }

    private static ResourceSet With(ScriptedUpstream upstream, RateLimit limit) =>
        TestResources.For(upstream) with { RateLimits = [limit] };
}
