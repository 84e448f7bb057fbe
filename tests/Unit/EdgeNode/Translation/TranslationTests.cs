using System.Net;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Translation;

public class TranslationTests
{
    private const string AnthropicAnswer =
        """{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"text","text":"hi"},{"type":"tool_use","id":"toolu_1","name":"weather","input":{"city":"Oslo"}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":5,"cache_read_input_tokens":4,"output_tokens":2}}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ChatToAnthropic_RequestIsLegalAndAnswerIsAChatCompletion()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 200, AnthropicAnswer);
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Anthropic, upstream));

        var response = await edge.PostAsync("/v1/chat/completions", """
            {"model":"fast","seed":7,"temperature":1.5,"stop":"END","parallel_tool_calls":false,"user":"u",
             "messages":[{"role":"system","content":"be brief"},{"role":"user","content":[{"type":"text","text":"see"},{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}}]},
              {"role":"assistant","content":"","tool_calls":[{"id":"c1","type":"function","function":{"name":"weather","arguments":""}},{"id":"c2","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Rome\"}"}}]},
              {"role":"tool","tool_call_id":"c1","content":"sun"},{"role":"tool","tool_call_id":"c2","content":"rain"},{"role":"user","content":"and?"}],
             "tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}],"tool_choice":"required"}
            """);

        var sent = Json(upstream.Requests.Single().Body);
        upstream.Requests.Single().Path.ShouldBe("/v1/messages");
        sent.GetProperty("model").GetString().ShouldBe("up-model");
        sent.GetProperty("system").GetString().ShouldBe("be brief");
        sent.GetProperty("max_tokens").GetInt64().ShouldBe(8192);
        sent.GetProperty("temperature").GetDouble().ShouldBe(1.0);
        sent.GetProperty("stop_sequences")[0].GetString().ShouldBe("END");
        sent.GetProperty("tool_choice").GetRawText().ShouldBe("""{"type":"any","disable_parallel_tool_use":true}""");
        var turns = sent.GetProperty("messages").EnumerateArray().ToArray();
        turns.Select(t => t.GetProperty("role").GetString()).ShouldBe(["user", "assistant", "user"]);
        turns[1].GetProperty("content").EnumerateArray().Select(b => b.GetProperty("type").GetString()).ShouldBe(["tool_use", "tool_use"]);
        turns[1].GetProperty("content")[0].GetProperty("input").GetRawText().ShouldBe("{}");
        turns[2].GetProperty("content").EnumerateArray().Select(b => b.GetProperty("type").GetString()).ShouldBe(["tool_result", "tool_result", "text"]);
        response.Headers.GetValues("x-gateway-dropped").Single().ShouldBe("seed, user");

        var answer = Json(await response.Content.ReadAsStringAsync(Cancellation));
        var choice = answer.GetProperty("choices")[0];
        choice.GetProperty("finish_reason").GetString().ShouldBe("tool_calls");
        choice.GetProperty("message").GetProperty("content").GetString().ShouldBe("hi");
        choice.GetProperty("message").GetProperty("reasoning_content").GetString().ShouldBe("hm");
        choice.GetProperty("message").GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString().ShouldBe("""{"city":"Oslo"}""");
        answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt64().ShouldBe(9);
        answer.GetProperty("usage").GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt64().ShouldBe(4);
    }

    [Fact]
    public async Task AnthropicToChat_RequestAndAnswer()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 200,
            """{"id":"chatcmpl-1","model":"gpt","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"c9","type":"function","function":{"name":"f","arguments":""}}]},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":2}}}""");
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));

        var response = await edge.PostAsync("/v1/messages", """
            {"model":"fast","max_tokens":64,"system":[{"type":"text","text":"be brief"}],"top_k":4,"metadata":{"user_id":"u"},
             "messages":[{"role":"user","content":"go"},{"role":"assistant","content":[{"type":"thinking","thinking":"x","signature":"y"},{"type":"tool_use","id":"t1","name":"f","input":{"a":1}}]},
              {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"42"}]},{"type":"text","text":"next"}]}],
             "tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"tool","name":"f"}}
            """);

        var sent = Json(upstream.Requests.Single().Body);
        sent.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("role").GetString()).ShouldBe(["system", "user", "assistant", "tool", "user"]);
        sent.GetProperty("messages")[2].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString().ShouldBe("""{"a":1}""");
        sent.GetProperty("tool_choice").GetProperty("function").GetProperty("name").GetString().ShouldBe("f");
        response.Headers.GetValues("x-gateway-dropped").Single().ShouldBe("metadata, thinking, top_k");

        var answer = Json(await response.Content.ReadAsStringAsync(Cancellation));
        answer.GetProperty("stop_reason").GetString().ShouldBe("tool_use");
        answer.GetProperty("content")[0].GetProperty("input").GetRawText().ShouldBe("{}");
        answer.GetProperty("usage").GetProperty("input_tokens").GetInt64().ShouldBe(5);
        answer.GetProperty("usage").GetProperty("cache_read_input_tokens").GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task ChatFromAnthropicStream_FollowsTheGrammar()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.StreamAsync(context,
            Event("""{"type":"message_start","message":{"id":"msg_1","model":"claude","usage":{"input_tokens":5,"output_tokens":1}}}"""),
            Event("""{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""),
            Event("""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hi"}}"""),
            Event("""{"type":"content_block_stop","index":0}"""),
            Event("""{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_1","name":"f","input":{}}}"""),
            Event("""{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"a\":"}}"""),
            Event("""{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"1}"}}"""),
            Event("""{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":9}}"""),
            Event("""{"type":"message_stop"}"""));
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Anthropic, upstream));

        var response = await edge.PostAsync("/v1/chat/completions", """{"model":"fast","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"go"}]}""");

        var data = Data(await response.Content.ReadAsStringAsync(Cancellation));
        data[^1].ShouldBe("[DONE]");
        var chunks = data[..^1].Select(Json).ToArray();
        Delta(chunks[0]).GetProperty("role").GetString().ShouldBe("assistant");
        string.Concat(chunks.Where(HasChoice).Select(c => Delta(c).TryGetProperty("content", out var t) ? t.GetString() : "")).ShouldBe("hi");
        var calls = chunks.Where(HasChoice).Where(c => Delta(c).TryGetProperty("tool_calls", out _)).Select(c => Delta(c).GetProperty("tool_calls")[0]).ToArray();
        calls[0].GetProperty("id").GetString().ShouldBe("toolu_1");
        string.Concat(calls.Select(c => c.GetProperty("function").GetProperty("arguments").GetString())).ShouldBe("""{"a":1}""");
        chunks.Where(HasChoice).Select(c => c.GetProperty("choices")[0].GetProperty("finish_reason").GetString()).Where(r => r is not null).ShouldBe(["tool_calls"]);
        chunks[^1].GetProperty("usage").GetProperty("completion_tokens").GetInt64().ShouldBe(9);
        chunks[^1].GetProperty("usage").GetProperty("prompt_tokens").GetInt64().ShouldBe(5);
    }

    [Fact]
    public async Task MessagesFromChatStream_InterleavedCalls_BecomeWholeBlocks()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.StreamAsync(context,
            Chunk("""{"role":"assistant","content":""}"""), Chunk("""{"content":"a"}"""),
            Chunk("""{"tool_calls":[{"index":0,"id":"c0","type":"function","function":{"name":"f","arguments":""}}]}"""),
            Chunk("""{"tool_calls":[{"index":1,"id":"c1","type":"function","function":{"name":"g","arguments":"{"}}]}"""),
            Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":"{}"}},{"index":1,"function":{"arguments":"}"}}]}"""),
            "data: {\"id\":\"x\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
            "data: {\"id\":\"x\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":8}}\n\n", "data: [DONE]\n\n");
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));

        var response = await edge.PostAsync("/v1/messages", """{"model":"fast","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"go"}]}""");

        var events = Data(await response.Content.ReadAsStringAsync(Cancellation)).Select(Json).ToArray();
        events.Select(e => e.GetProperty("type").GetString()).ShouldBe(
        [
            "message_start", "content_block_start", "content_block_delta", "content_block_stop",
            "content_block_start", "content_block_delta", "content_block_stop",
            "content_block_start", "content_block_delta", "content_block_stop", "message_delta", "message_stop",
        ]);
        events.Where(e => e.GetProperty("type").GetString() == "content_block_start").Select(e => e.GetProperty("index").GetInt32()).ShouldBe([0, 1, 2]);
        events[8].GetProperty("delta").GetProperty("partial_json").GetString().ShouldBe("{}");
        events[^2].GetProperty("delta").GetProperty("stop_reason").GetString().ShouldBe("tool_use");
        events[^2].GetProperty("usage").GetProperty("output_tokens").GetInt64().ShouldBe(8);
    }

    [Fact]
    public async Task WhatNoTargetCanSay_IsA400NamingTheField_ButAnotherTargetIsTriedFirst()
    {
        await using var anthropic = await ScriptedUpstream.StartAsync();
        await using var openAI = await ScriptedUpstream.StartAsync();
        var resources = TestResources.For(anthropic, openAI);
        resources = resources with { Providers = [TestResources.Provider("p1", anthropic.Url, ProviderFormat.Anthropic), resources.Providers[1]] };
        await using var edge = await EdgeHost.StartAsync(resources);
        await using var only = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Anthropic, anthropic));
        const string Body = """{"model":"fast","logprobs":true,"messages":[{"role":"user","content":"go"}]}""";

        var served = await edge.PostAsync("/v1/chat/completions", Body);
        var refused = await only.PostAsync("/v1/chat/completions", Body);

        served.StatusCode.ShouldBe(HttpStatusCode.OK);
        served.Headers.GetValues("x-gateway-provider").ShouldBe(["p2/main/up-model"]);
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        Json(await refused.Content.ReadAsStringAsync(Cancellation)).GetProperty("error").GetProperty("param").GetString().ShouldBe("logprobs");
        anthropic.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task ProvidersRefusal_OfAnotherDialect_IsToldInTheClients()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 400, """{"type":"error","error":{"type":"invalid_request_error","message":"messages: too many images"}}""");
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Anthropic, upstream));

        var response = await edge.ChatAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = Json(await response.Content.ReadAsStringAsync(Cancellation)).GetProperty("error");
        error.GetProperty("type").GetString().ShouldBe("invalid_request_error");
        error.GetProperty("message").GetString()!.ShouldContain("too many images");
    }

    private static string Event(string data) => $"event: {Json(data).GetProperty("type").GetString()}\ndata: {data}\n\n";

    private static string Chunk(string delta) => $"data: {{\"id\":\"x\",\"model\":\"m\",\"choices\":[{{\"index\":0,\"delta\":{delta},\"finish_reason\":null}}]}}\n\n";

    private static bool HasChoice(JsonElement chunk) => chunk.GetProperty("choices").GetArrayLength() > 0;

    private static JsonElement Delta(JsonElement chunk) => chunk.GetProperty("choices")[0].GetProperty("delta");

    private static string[] Data(string stream) =>
        [.. stream.Split('\n').Where(l => l.StartsWith("data: ", StringComparison.Ordinal)).Select(l => l["data: ".Length..])];

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
