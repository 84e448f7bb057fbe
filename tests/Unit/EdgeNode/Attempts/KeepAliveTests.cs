using System.Net;
using GlobalGateway.Contracts.Resources;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Attempts;

public class KeepAliveTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"fast","stream":true,"messages":[{"role":"user","content":"hello"}]}""", ": keep-alive\n\n")]
    [InlineData("/v1/messages", """{"model":"fast","stream":true,"max_tokens":9,"messages":[{"role":"user","content":"hello"}]}""", "event: ping\ndata: {\"type\":\"ping\"}\n\n")]
    public async Task Stream_NoTokenForLong_KeepsTheClientAndStillAnswers(string path, string body, string keepAlive)
    {
        var release = new TaskCompletionSource();
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = async (context, _) =>
        {
            await release.Task;
            await ScriptedUpstream.StreamAsync(context, ChatEvents.Role, ChatEvents.Text("late"), ChatEvents.Stop, ChatEvents.Usage(7, 1), ChatEvents.Done);
        };
        await using var edge = await EdgeHost.StartAsync(Patient(upstream));

        using var response = await edge.SendAsync(path, body);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        var first = new char[keepAlive.Length];
        await reader.ReadBlockAsync(first, Cancellation);
        release.SetResult();
        var rest = await reader.ReadToEndAsync(Cancellation);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        new string(first).ShouldBe(keepAlive);
        rest.ShouldContain("late");
        rest.TrimEnd().ShouldEndWith(path.EndsWith("messages", StringComparison.Ordinal) ? "data: {\"type\":\"message_stop\"}" : "data: [DONE]");
    }

    [Fact]
    public async Task Stream_EveryTargetFailsAfterKeepAlives_EndsWithAnErrorEventAndAbnormally()
    {
        var release = new TaskCompletionSource();
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = async (context, _) =>
        {
            await release.Task;
            await ScriptedUpstream.JsonAsync(context, 500, "{}");
        };
        await using var edge = await EdgeHost.StartAsync(Patient(upstream));

        using var response = await edge.SendAsync("/v1/chat/completions", """{"model":"fast","stream":true,"messages":[]}""");
        release.SetResult();
        var (text, abnormal) = await EdgeHost.ReadToTheEndAsync(response);

        text.ShouldStartWith(": keep-alive\n\n");
        text.ShouldContain("\"code\":\"upstream_failed\"");
        text.ShouldNotContain("[DONE]");
        abnormal.ShouldBeTrue();
    }

    [Fact]
    public async Task Stream_TargetFailsAfterKeepAlives_TheNextAnswers()
    {
        var release = new TaskCompletionSource();
        await using var bad = await ScriptedUpstream.StartAsync();
        await using var good = await ScriptedUpstream.StartAsync();
        bad.Answer = async (context, _) =>
        {
            await release.Task;
            await ScriptedUpstream.JsonAsync(context, 503, "{}");
        };
        good.Answer = (context, _) => ScriptedUpstream.StreamAsync(context, ChatEvents.Role, ChatEvents.Text("hi"), ChatEvents.Stop, ChatEvents.Done);
        await using var edge = await EdgeHost.StartAsync(Patient(bad, good));

        using var response = await edge.SendAsync("/v1/chat/completions", """{"model":"fast","stream":true,"messages":[]}""");
        release.SetResult();
        var (text, abnormal) = await EdgeHost.ReadToTheEndAsync(response);

        text.ShouldEndWith(ChatEvents.Role + ChatEvents.Text("hi") + ChatEvents.Stop + ChatEvents.Done);
        abnormal.ShouldBeFalse();
    }

    private static ResourceSet Patient(params ScriptedUpstream[] upstreams)
    {
        var resources = TestResources.For(upstreams);
        return resources with { Models = [resources.Models[0] with { KeepAliveAfter = TimeSpan.FromMilliseconds(50) }] };
    }
}
