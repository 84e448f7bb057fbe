using System.Diagnostics;
using System.Net;
using GlobalGateway.Contracts.Resources;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Attempts;

public class RetryAfterTests
{
    [Fact]
    public async Task RateLimited_OnlyTargetWithAShortHint_IsWaitedForAndAnswers()
    {
        await using var upstream = await LimitedOnceAsync("1");
        await using var edge = await EdgeHost.StartAsync(Repeating(upstream));
        var started = Stopwatch.GetTimestamp();

        (await edge.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);

        Stopwatch.GetElapsedTime(started).ShouldBeGreaterThan(TimeSpan.FromSeconds(1));
        upstream.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task RateLimited_HintTooLong_IsToldAtOnce()
    {
        await using var upstream = await LimitedOnceAsync("20");
        await using var edge = await EdgeHost.StartAsync(Repeating(upstream));

        var response = await edge.ChatAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(20));
        upstream.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task RateLimited_AnotherTargetLeft_IsNotWaitedFor()
    {
        await using var limited = await LimitedOnceAsync("1");
        await using var other = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(Repeating(limited, other));

        (await edge.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);

        limited.Requests.Count.ShouldBe(1);
        other.Requests.Count.ShouldBe(1);
    }

    private static async Task<ScriptedUpstream> LimitedOnceAsync(string retryAfter)
    {
        var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, n) =>
        {
            if (n > 1)
            {
                return ScriptedUpstream.JsonAsync(context, 200, ScriptedUpstream.Completion);
            }

            context.Response.Headers.RetryAfter = retryAfter;
            return ScriptedUpstream.JsonAsync(context, 429, "{}");
        };
        return upstream;
    }

    private static ResourceSet Repeating(params ScriptedUpstream[] upstreams)
    {
        var resources = TestResources.For(upstreams);
        return resources with { Providers = [.. resources.Providers.Select(p => p with { Retry = new Retry() })] };
    }
}
