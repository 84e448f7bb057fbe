using System.Net;
using GlobalGateway.EdgeNode.Draining;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode;

public class DrainTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Draining_NewRequests_AreServedWithConnectionClose()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));
        (await edge.ChatAsync()).Headers.ConnectionClose.ShouldBeNull();

        edge.Services.GetRequiredService<DrainState>().Begin();
        var response = await edge.ChatAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.ConnectionClose.ShouldBe(true);
        (await edge.Client.GetAsync("/health/ready", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await edge.Client.GetAsync("/health/live", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Stopping_WithAStreamInFlight_LetsItEndWhole()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        var goOn = new TaskCompletionSource();
        upstream.Answer = async (context, _) =>
        {
            await ScriptedUpstream.StreamAsync(context, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n");
            await goOn.Task;
            await ScriptedUpstream.StreamAsync(context, "data: {\"choices\":[{\"delta\":{\"content\":\"b\"}}]}\n\n", "data: [DONE]\n\n");
        };
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent("""{"model":"fast","stream":true,"messages":[]}""", null, "application/json"),
        };
        using var response = await edge.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);

        var stopping = edge.StopAsync();
        stopping.IsCompleted.ShouldBeFalse();
        goOn.SetResult();

        var text = await response.Content.ReadAsStringAsync(Cancellation);
        text.ShouldEndWith("data: [DONE]\n\n");
        text.ShouldContain("\"b\"");
        await stopping;
    }
}
