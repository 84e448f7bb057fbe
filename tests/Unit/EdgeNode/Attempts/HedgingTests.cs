using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Routing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Attempts;

public class HedgingTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chat_FirstTargetSlowerThanItsPercentile_TheSecondAnswersAndTheFirstIsEnded()
    {
        var ended = new TaskCompletionSource();
        await using var slow = await ScriptedUpstream.StartAsync();
        await using var quick = await ScriptedUpstream.StartAsync();
        slow.Answer = async (context, _) =>
        {
            context.RequestAborted.Register(ended.SetResult);
            await ended.Task;
        };
        await using var edge = await EdgeHost.StartAsync(Hedged(slow, quick));
        LetFirstBeKnown(edge, requests: 100);

        var response = await edge.ChatAsync();
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        await edge.DisposeAsync();

        text.ShouldBe(ScriptedUpstream.Completion);
        response.Headers.GetValues("x-gateway-provider").ShouldBe(["p2/main/up-model"]);
        var line = edge.LogLines.Single(l => l.Contains("\"request\"", StringComparison.Ordinal));
        line.ShouldContain("\"outcome\":\"superseded\"");
        line.ShouldContain("\"outcome\":\"ok\"");
    }

    [Fact]
    public async Task Chat_MoreSlowRequestsThanTheShare_OnlyTheShareIsHedged()
    {
        var release = new TaskCompletionSource();
        await using var slow = await ScriptedUpstream.StartAsync();
        await using var quick = await ScriptedUpstream.StartAsync();
        slow.Answer = async (context, _) =>
        {
            await release.Task;
            await ScriptedUpstream.JsonAsync(context, 200, ScriptedUpstream.Completion);
        };
        await using var edge = await EdgeHost.StartAsync(Hedged(slow, quick));
        LetFirstBeKnown(edge, requests: 100);

        var calls = Enumerable.Range(0, 5).Select(_ => edge.ChatAsync()).ToList();
        // The budget of 100 earlier requests is two.
        for (var hedged = 0; hedged < 2; hedged++)
        {
            calls.Remove(await Task.WhenAny(calls));
        }

        release.SetResult();
        await Task.WhenAll(calls);

        quick.Requests.Count.ShouldBe(2);
        slow.Requests.Count.ShouldBe(5);
    }

    [Fact]
    public async Task Chat_FirstTargetNotYetKnown_IsNotHedged()
    {
        await using var first = await ScriptedUpstream.StartAsync();
        await using var second = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(Hedged(first, second));

        await edge.ChatAsync();

        second.Requests.ShouldBeEmpty();
    }

    /// <summary>Gives the first target a history of quick answers, and the model one of requests.</summary>
    private static void LetFirstBeKnown(EdgeHost edge, int requests)
    {
        var model = edge.Snapshots.Current!.FindModel("fast")!;
        for (var i = 0; i < requests; i++)
        {
            model.HedgeBudget.OnRequest();
            model.Near[0].State.FirstTokens(new RoutingKey(0, 0, 0)).Observe(TimeSpan.FromMilliseconds(20));
        }
    }

    private static ResourceSet Hedged(params ScriptedUpstream[] upstreams)
    {
        var resources = TestResources.For(upstreams);
        return resources with { Models = [resources.Models[0] with { Hedging = new Hedging() }] };
    }
}
