using GlobalGateway.Contracts.Resources;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Attempts;

public class ContinuationTests
{
    private const string ToolStart =
        """data: {"id":"c1","object":"chat.completion.chunk","model":"up-model","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"f","arguments":""}}]},"finish_reason":null}]}""" + "\n\n";

    /// <summary>The client has the answer's beginning.</summary>
    private readonly TaskCompletionSource _begun = new();

    [Fact]
    public async Task Stream_CutInItsText_IsTakenUpByTheNextTargetAsOneAnswer()
    {
        await using var cut = await ScriptedUpstream.StartAsync();
        await using var rest = await ScriptedUpstream.StartAsync();
        cut.Answer = CutAfter(_begun.Task, ChatEvents.Role, ChatEvents.Text("Once upon "));
        rest.Answer = (context, _) => ScriptedUpstream.StreamAsync(
            context, ChatEvents.Role, ChatEvents.Text(" a"), ChatEvents.Text(" time."), ChatEvents.Stop, ChatEvents.Usage(9, 3), ChatEvents.Done);
        await using var edge = await EdgeHost.StartAsync(Continued(cut, rest));

        using var response = await edge.SendAsync("/v1/chat/completions", """{"model":"fast","stream":true,"max_tokens":50,"messages":[{"role":"user","content":"a tale"}]}""");
        _begun.SetResult();
        var (text, abnormal) = await EdgeHost.ReadToTheEndAsync(response);

        abnormal.ShouldBeFalse();
        text.ShouldEndWith("data: [DONE]\n\n");
        EdgeHost.ChatText(text).ShouldBe("Once upon a time.");
        text.Split("\"role\":\"assistant\"").Length.ShouldBe(2, "the answer begins once");
        var second = rest.Requests.Single().Body;
        second.ShouldContain("""{"role":"assistant","content":"Once upon"}""");
        second.ShouldContain("\"max_tokens\":48");
    }

    [Fact]
    public async Task Stream_CutInAToolCall_IsNotTakenUp()
    {
        await using var cut = await ScriptedUpstream.StartAsync();
        await using var other = await ScriptedUpstream.StartAsync();
        cut.Answer = CutAfter(_begun.Task, ChatEvents.Role, ToolStart);
        await using var edge = await EdgeHost.StartAsync(Continued(cut, other));

        using var response = await edge.SendAsync("/v1/chat/completions", """{"model":"fast","stream":true,"messages":[{"role":"user","content":"a tale"}]}""");
        _begun.SetResult();
        var (text, abnormal) = await EdgeHost.ReadToTheEndAsync(response);

        abnormal.ShouldBeTrue();
        text.ShouldContain("\"code\":\"stream_interrupted\"");
        other.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Stream_NobodyTakesItUp_EndsWithAnErrorEventAndAbnormally()
    {
        await using var cut = await ScriptedUpstream.StartAsync();
        await using var broken = await ScriptedUpstream.StartAsync();
        cut.Answer = CutAfter(_begun.Task, ChatEvents.Role, ChatEvents.Text("Once"));
        broken.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 500, "{}");
        await using var edge = await EdgeHost.StartAsync(Continued(broken, cut));

        using var response = await edge.SendAsync("/v1/chat/completions", """{"model":"fast","stream":true,"messages":[{"role":"user","content":"a tale"}]}""");
        _begun.SetResult();
        var (text, abnormal) = await EdgeHost.ReadToTheEndAsync(response);

        abnormal.ShouldBeTrue();
        text.ShouldContain("Once");
        text.ShouldContain("\"partial\":true");
        text.ShouldNotContain("[DONE]");
    }

    /// <summary>The client has the events before the cut, which would otherwise overtake them.</summary>
    private static Func<HttpContext, int, Task> CutAfter(Task read, params string[] events) => async (context, _) =>
    {
        await ScriptedUpstream.StreamAsync(context, events);
        await read;
        context.Abort();
    };

    private static ResourceSet Continued(params ScriptedUpstream[] upstreams)
    {
        var resources = TestResources.For(upstreams);
        var model = resources.Models[0];
        return resources with
        {
            Models = [model with { Continuation = true, Targets = [.. model.Targets.Select(t => t with { Capabilities = t.Capabilities with { Prefill = true } })] }],
        };
    }
}
