using System.Net;
using GlobalGateway.Contracts.Resources;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Attempts;

public class AttemptsTests
{
    private const string Role = "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n";
    private const string Text = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}]}\n\n";
    private const string Stop = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private const string UsageFrame = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}\n\n";
    private const string Done = "data: [DONE]\n\n";

    [Fact]
    public async Task Chat_HealthyTarget_AnswersWithTheUpstreamsBytes()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));

        var response = await edge.ChatAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe(ScriptedUpstream.Completion);
        response.Headers.GetValues("x-gateway-provider").ShouldBe(["p1/main/up-model"]);
        response.Headers.GetValues("x-gateway-attempts").ShouldBe(["1"]);
        response.Headers.GetValues("x-gateway-region").ShouldBe(["us-east"]);
        response.Headers.GetValues("x-request-id").First().Length.ShouldBe(26);
        upstream.Requests.Single().Body.ShouldContain("\"model\":\"up-model\"");
    }

    [Fact]
    public async Task Chat_UnknownFields_ReachTheUpstreamUnchanged()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));

        await edge.PostAsync("/v1/chat/completions", """{ "x_new" : {"a":[1,2]}, "model" : "gpt-4o-mini" , "messages":[] }""");

        upstream.Requests.Single().Body.ShouldBe("""{ "x_new" : {"a":[1,2]}, "model" : "up-model" , "messages":[] }""");
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(529)]
    [InlineData(429)]
    [InlineData(401)]
    [InlineData(404)]
    public async Task Chat_FirstTargetRefuses_SecondAnswersUnseen(int status)
    {
        await using var bad = await ScriptedUpstream.StartAsync();
        await using var good = await ScriptedUpstream.StartAsync();
        bad.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, status, """{"error":{"message":"no"}}""");
        await using var edge = await EdgeHost.StartAsync(TestResources.For(bad, good));

        var response = await edge.ChatAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.GetValues("x-gateway-provider").ShouldBe(["p2/main/up-model"]);
        response.Headers.GetValues("x-gateway-attempts").ShouldBe(["2"]);
    }

    [Theory]
    [InlineData("""{"error":{"message":"overloaded"}}""", "application/json")]
    [InlineData("<html>busy</html>", "text/html")]
    [InlineData("", "application/json")]
    [InlineData("""{"choices":[""", "application/json")]
    public async Task Chat_NoAnswerInsideA200_FailsOver(string body, string type)
    {
        await using var bad = await ScriptedUpstream.StartAsync();
        await using var good = await ScriptedUpstream.StartAsync();
        bad.Answer = (context, _) =>
        {
            context.Response.ContentType = type;
            return context.Response.WriteAsync(body);
        };
        await using var edge = await EdgeHost.StartAsync(TestResources.For(bad, good));

        var response = await edge.ChatAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.GetValues("x-gateway-attempts").ShouldBe(["2"]);
    }

    [Fact]
    public async Task Chat_ProvidersOwn400_IsPassedOnAndNotRetried()
    {
        await using var first = await ScriptedUpstream.StartAsync();
        await using var second = await ScriptedUpstream.StartAsync();
        const string Refusal = """{"error":{"message":"bad temperature","type":"invalid_request_error","param":"temperature","code":null}}""";
        first.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 400, Refusal);
        await using var edge = await EdgeHost.StartAsync(TestResources.For(first, second));

        var response = await edge.ChatAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe(Refusal);
        second.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Stream_Whole_ReachesTheClientWithoutTheGatewaysUsageFrame()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.StreamAsync(context, Role, Text, Stop, UsageFrame, Done);
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));

        var response = await edge.ChatAsync(stream: true);

        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe(Role + Text + Stop + Done);
        upstream.Requests.Single().Body.ShouldContain("\"stream_options\":{\"include_usage\":true}");
        response.Headers.CacheControl!.NoTransform.ShouldBeTrue();
    }

    [Theory]
    [InlineData("data: {\"error\":{\"message\":\"overloaded\"}}\n\n")]
    [InlineData("data: {\"choices\":[{\"delta\":\n\n")]
    [InlineData("")]
    public async Task Stream_FaultBeforeTheFirstToken_IsNeverSeen(string fault)
    {
        await using var bad = await ScriptedUpstream.StartAsync();
        await using var good = await ScriptedUpstream.StartAsync();
        bad.Answer = (context, _) => ScriptedUpstream.StreamAsync(context, Role, fault);
        good.Answer = (context, _) => ScriptedUpstream.StreamAsync(context, Role, Text, Stop, UsageFrame, Done);
        await using var edge = await EdgeHost.StartAsync(TestResources.For(bad, good));

        var response = await edge.ChatAsync(stream: true);

        response.Headers.GetValues("x-gateway-attempts").ShouldBe(["2"]);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe(Role + Text + Stop + Done);
    }

    [Fact]
    public async Task Stream_KeepAlivesOnly_TimesOutAndFailsOver()
    {
        await using var silent = await ScriptedUpstream.StartAsync();
        await using var good = await ScriptedUpstream.StartAsync();
        silent.Answer = async (context, _) =>
        {
            await ScriptedUpstream.StreamAsync(context, Role, ": ping\n\n");
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        good.Answer = (context, _) => ScriptedUpstream.StreamAsync(context, Text, Stop, Done);
        var resources = TestResources.For(silent, good);
        var impatient = resources.Providers[0] with { Timeouts = new Timeouts { FirstToken = TimeSpan.FromMilliseconds(300) } };
        await using var edge = await EdgeHost.StartAsync(resources with { Providers = [impatient, resources.Providers[1]] });

        var response = await edge.ChatAsync(stream: true);

        response.Headers.GetValues("x-gateway-provider").ShouldBe(["p2/main/up-model"]);
    }

    [Fact]
    public async Task Stream_CutAfterContent_EndsWithAnErrorEventAndAbnormally()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.StreamAsync(context, Role, Text);
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent("""{"model":"fast","stream":true,"messages":[]}""", null, "application/json"),
        };

        using var response = await edge.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        var received = new System.Text.StringBuilder();
        await Should.ThrowAsync<IOException>(async () =>
        {
            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                received.AppendLine(line);
            }
        });

        received.ToString().ShouldContain("\"content\":\"hi\"");
        received.ToString().ShouldContain("\"code\":\"stream_interrupted\"");
        received.ToString().ShouldNotContain("[DONE]");
    }

    [Fact]
    public async Task Chat_AllTargetsFail_SaysSoInTheClientsDialect()
    {
        await using var bad = await ScriptedUpstream.StartAsync();
        bad.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 500, "{}");
        await using var edge = await EdgeHost.StartAsync(TestResources.For(bad));

        var response = await edge.ChatAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("\"code\":\"upstream_failed\"");
    }

    [Fact]
    public async Task Breaker_AfterFaults_StopsCallingTheTarget()
    {
        await using var bad = await ScriptedUpstream.StartAsync();
        bad.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 500, "{}");
        var resources = TestResources.For(bad);
        resources = resources with
        {
            Providers = [resources.Providers[0] with { CircuitBreaker = new CircuitBreaker { MinimumRequests = 4, BreakFor = TimeSpan.FromMinutes(1) } }],
        };
        await using var edge = await EdgeHost.StartAsync(resources);
        for (var i = 0; i < 4; i++)
        {
            (await edge.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        }

        var response = await edge.ChatAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        bad.Requests.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Chat_ConnectionClosedOnReuse_IsRepeatedUnseen()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, n) =>
        {
            if (n == 2)
            {
                context.Abort();
                return Task.CompletedTask;
            }

            return ScriptedUpstream.JsonAsync(context, 200, ScriptedUpstream.Completion);
        };
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));

        await edge.ChatAsync();
        var response = await edge.ChatAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.GetValues("x-gateway-attempts").ShouldBe(["1"]);
    }

    [Fact]
    public async Task Messages_AnthropicTarget_PassesThrough()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        const string Answer = """{"id":"m","type":"message","role":"assistant","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","usage":{"input_tokens":5,"output_tokens":2}}""";
        upstream.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 200, Answer);
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Anthropic, upstream));

        var response = await edge.PostAsync("/v1/messages", """{"model":"fast","max_tokens":9,"messages":[{"role":"user","content":"x"}]}""");

        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe(Answer);
        response.Headers.GetValues("request-id").ShouldBe(response.Headers.GetValues("x-request-id"));
        upstream.Requests.Single().Path.ShouldBe("/v1/messages");
        upstream.Requests.Single().Headers["anthropic-version"].ShouldBe("2023-06-01");
    }

    [Theory]
    [InlineData("/v1/embeddings", """{"model":"fast","input":"x"}""", "an embeddings API")]
    public async Task Api_ThatNoTargetHas_IsAClear400(string path, string body, string api)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Anthropic, upstream));

        var response = await edge.PostAsync(path, body);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        text.ShouldContain("\"code\":\"dialect_not_supported\"");
        text.ShouldContain($"no target that speaks {api}");
        upstream.Requests.ShouldBeEmpty();
    }
}
