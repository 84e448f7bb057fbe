using System.Diagnostics;
using System.Text.Json;
using GlobalGateway.Testing;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Attempts;

public class DisconnectTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    /// <summary>How soon an upstream must learn that its client is gone.</summary>
    private static readonly TimeSpan CancelMax = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task ClientGone_UpstreamIsCancelledAndWhatWasUsedIsSettled(bool stream, bool begun) =>
        (await Quickest.OfAsync(CancelMax, () => LeaveAsync(stream, begun))).ShouldBeLessThan(CancelMax);

    /// <returns>From the client's going to the upstream's learning it.</returns>
    private static async Task<TimeSpan> LeaveAsync(bool stream, bool begun)
    {
        var asked = new TaskCompletionSource();
        var gone = new TaskCompletionSource<long>();
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = async (context, _) =>
        {
            context.RequestAborted.Register(() => gone.TrySetResult(Stopwatch.GetTimestamp()));
            if (begun)
            {
                await ScriptedUpstream.StreamAsync(context, ChatEvents.Role, ChatEvents.Text("the beginning of an answer"));
            }

            asked.SetResult();
            await gone.Task;
        };
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var call = edge.SendAsync(
            "/v1/chat/completions", $$"""{"model":"fast","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"please tell me a tale"}]}""", leave.Token);
        await asked.Task;
        if (begun)
        {
            var body = await (await call).Content.ReadAsStreamAsync(leave.Token);
            await body.ReadExactlyAsync(new byte[ChatEvents.Role.Length + 20], leave.Token);
            body.Dispose();
        }

        var left = Stopwatch.GetTimestamp();
        await leave.CancelAsync();
        await call.ContinueWith(static _ => { }, TaskScheduler.Default);
        var took = Stopwatch.GetElapsedTime(left, await gone.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation));
        await edge.DisposeAsync();

        using var line = JsonDocument.Parse(edge.LogLines.Single(l => l.Contains("\"event\":\"request\"", StringComparison.Ordinal)));
        line.RootElement.GetProperty("status").GetInt32().ShouldBe(499);
        line.RootElement.GetProperty("tokens").GetProperty("in").GetInt64().ShouldBeGreaterThan(3);
        line.RootElement.GetProperty("costNanoUsd").GetInt64().ShouldBeGreaterThan(0);
        if (begun)
        {
            line.RootElement.GetProperty("tokens").GetProperty("out").GetInt64().ShouldBeInRange(4, 9);
        }

        return took;
    }

    [Fact]
    public async Task ClientsOwnTimeout_TooShort_IsToldAndDoesNotCountAgainstTheTarget()
    {
        await using var slow = await ScriptedUpstream.StartAsync();
        slow.Answer = (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
        await using var edge = await EdgeHost.StartAsync(TestResources.For(slow));

        for (var i = 0; i < 25; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent("""{"model":"fast","messages":[]}""") };
            request.Content.Headers.ContentType = new("application/json");
            request.Headers.Add("x-stainless-timeout", "0.02");
            using var response = await edge.Client.SendAsync(request, Cancellation);

            ((int)response.StatusCode).ShouldBe(StatusCodes.Status504GatewayTimeout);
            (await response.Content.ReadAsStringAsync(Cancellation)).ShouldContain("client_deadline");
        }

        edge.Snapshots.Current!.FindModel("fast")!.Near[0].Breakers[0].State.ShouldBe(Polly.CircuitBreaker.CircuitState.Closed);
    }
}
