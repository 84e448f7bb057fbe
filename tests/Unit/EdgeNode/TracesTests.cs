using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode;

public class TracesTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Fact]
    public async Task Request_WithACollector_LeavesASpanPerAttemptInTheClientsTrace()
    {
        var received = new TaskCompletionSource();
        await using var collector = await ScriptedUpstream.StartAsync();
        collector.Answer = (context, _) =>
        {
            received.TrySetResult();
            return Task.CompletedTask;
        };
        await using var bad = await ScriptedUpstream.StartAsync();
        await using var good = await ScriptedUpstream.StartAsync();
        bad.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 500, "{}");
        await using (var edge = await EdgeHost.StartAsync(TestResources.For(bad, good), options =>
        {
            options.TracesEndpoint = $"{collector.Url}/v1/traces";
            return options;
        }))
        {
            edge.Client.DefaultRequestHeaders.Add("traceparent", $"00-{Trace}-00f067aa0ba902b7-01");
            await edge.ChatAsync();
            await edge.StopAsync();
        }

        await received.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        var sent = string.Concat(collector.Requests.Select(r => r.Body));
        sent.ShouldContain("attempt p1/main/up-model");
        sent.ShouldContain("server_error");
        sent.ShouldContain("attempt p2/main/up-model");
        sent.ShouldContain("gen_ai.usage.output_tokens");
        sent.ShouldNotContain("hello", customMessage: "prompts are in no trace");
        collector.Requests.ShouldAllBe(r => r.Path == "/v1/traces");

        var parents = new[] { bad, good }.Select(u => u.Requests.Single().Headers["traceparent"]).ToArray();
        parents.ShouldAllBe(p => p.StartsWith($"00-{Trace}-", StringComparison.Ordinal));
        parents[0].ShouldNotBe(parents[1], "each attempt is a span of its own");
    }

    [Fact]
    public async Task Request_WithoutACollector_StillCarriesTheClientsTraceOn()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));
        edge.Client.DefaultRequestHeaders.Add("traceparent", $"00-{Trace}-00f067aa0ba902b7-01");

        await edge.ChatAsync();

        upstream.Requests.Single().Headers["traceparent"].ShouldStartWith($"00-{Trace}-");
    }
}
