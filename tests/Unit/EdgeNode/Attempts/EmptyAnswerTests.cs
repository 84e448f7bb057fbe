using GlobalGateway.Contracts.Resources;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Attempts;

public class EmptyAnswerTests
{
    private const string Empty =
        """{"id":"c1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":""},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":0}}""";

    [Theory]
    [InlineData(false, false, "p1/main/up-model")]
    [InlineData(true, false, "p1/main/up-model")]
    [InlineData(false, true, "p2/main/up-model")]
    [InlineData(true, true, "p2/main/up-model")]
    public async Task EmptyAnswer_IsAnAnswerUnlessTheModelSaysRetry(bool stream, bool retry, string provider)
    {
        await using var first = await ScriptedUpstream.StartAsync();
        await using var second = await ScriptedUpstream.StartAsync();
        first.Answer = (context, _) => stream
            ? ScriptedUpstream.StreamAsync(context, ChatEvents.Role, ChatEvents.Stop, ChatEvents.Usage(7, 0), ChatEvents.Done)
            : ScriptedUpstream.JsonAsync(context, 200, Empty);
        second.Answer = (context, _) => stream
            ? ScriptedUpstream.StreamAsync(context, ChatEvents.Role, ChatEvents.Text("hi"), ChatEvents.Stop, ChatEvents.Done)
            : ScriptedUpstream.JsonAsync(context, 200, ScriptedUpstream.Completion);
        await using var edge = await EdgeHost.StartAsync(Resources(retry, first, second));

        var response = await edge.ChatAsync(stream: stream);

        response.EnsureSuccessStatusCode();
        response.Headers.GetValues("x-gateway-provider").ShouldBe([provider]);
    }

    [Fact]
    public async Task EmptyAnswer_OfTheLastTarget_IsBetterThanAnError()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 200, Empty);
        await using var edge = await EdgeHost.StartAsync(Resources(retry: true, upstream));

        (await (await edge.ChatAsync()).Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe(Empty);
    }

    private static ResourceSet Resources(bool retry, params ScriptedUpstream[] upstreams)
    {
        var resources = TestResources.For(upstreams);
        return resources with { Models = [resources.Models[0] with { RetryEmptyAnswer = retry }] };
    }
}
