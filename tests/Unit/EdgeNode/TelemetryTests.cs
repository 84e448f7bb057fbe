using System.Text;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode;

public class TelemetryTests
{
    [Fact]
    public async Task Log_OfEveryKindOfRequest_HoldsNoPromptKeyOrToken()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, n) => ScriptedUpstream.JsonAsync(
            context, n == 1 ? 200 : 400, n == 1 ? ScriptedUpstream.Completion.Replace("hi", "planted-answer") : "{\"error\":{\"message\":\"planted-provider-error\"}}");
        Environment.SetEnvironmentVariable("GG_SECRET_PLANTED", "planted-provider-key");
        var resources = TestResources.For(upstream);
        resources = resources with
        {
            Providers = [resources.Providers[0] with { Credentials = [new Credential { Name = "main", FromEnv = "GG_SECRET_PLANTED" }] }],
        };
        await using var edge = await EdgeHost.StartAsync(resources);
        const string Body = """{"model":"fast","messages":[{"role":"user","content":"planted-prompt"}],"user":"planted-user"}""";

        await edge.PostAsync("/v1/chat/completions?key=planted-query", Body);
        await edge.PostAsync("/v1/chat/completions", Body);
        await edge.PostAsync("/v1/planted-path", Body);
        edge.Client.DefaultRequestHeaders.Authorization = new("Bearer", "planted-wrong-key");
        await edge.PostAsync("/v1/chat/completions", Body);
        await edge.StopAsync();
        await edge.DisposeAsync();

        var log = Encoding.UTF8.GetString(edge.Log.ToArray());
        upstream.Requests.First().Headers["Authorization"].ShouldBe("Bearer planted-provider-key");
        log.ShouldNotContain("planted");
        log.ShouldNotContain(EdgeHost.Key);
        var lines = log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).Where(l => l.GetProperty("event").GetString() == "request").ToArray();
        lines.Length.ShouldBe(4);
        lines[0].GetProperty("tenant").GetString().ShouldBe("acme");
        lines[0].GetProperty("tokens").GetProperty("in").GetInt32().ShouldBe(7);
        lines[0].GetProperty("attempts")[0].GetProperty("outcome").GetString().ShouldBe("ok");
    }

    [Fact]
    public async Task Metrics_AfterARequest_HaveTheDocumentedNames()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));
        await edge.ChatAsync();

        var text = await edge.Client.GetStringAsync($"{edge.ManagementUrl}/metrics", TestContext.Current.CancellationToken);

        text.ShouldContain("gateway_requests_total{operation=\"chat\",model=\"fast\",status=\"200\"} 1\n");
        text.ShouldContain("gateway_tokens_total{direction=\"in\",kind=\"fresh\",model=\"fast\"} 7\n");
        text.ShouldContain("gateway_cost_dollars_total{model=\"fast\"} 2.85E-06\n");
        text.ShouldContain("gateway_breaker_state{target=\"p1/main/up-model/none\"} 0\n");
        text.ShouldContain("gateway_cache_requests_total{result=\"none\"} 1\n");
        text.ShouldContain("gateway_config_revision{revision=\"abc1234\"} 1\n");
        text.ShouldContain("gateway_upstream_duration_seconds_count{provider=\"p1\",outcome=\"ok\"} 1\n");
        foreach (var name in (string[])["gateway_request_duration_seconds", "gateway_time_to_first_token_seconds", "gateway_active_connections", "gateway_retries_total", "gateway_failovers_total"])
        {
            text.ShouldContain($"# TYPE {name} ");
        }
    }
}
