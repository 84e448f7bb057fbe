using System.Net;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Translation;

public class GeminiTests
{
    private const string Answer = """
        {"candidates":[{"content":{"parts":[{"text":"hm","thought":true},{"text":"hi"},{"functionCall":{"name":"weather","args":{"city":"Oslo"}},"thoughtSignature":"c2ln"},{"functionCall":{"name":"weather"}}],"role":"model"},"finishReason":"STOP","index":0}],
         "usageMetadata":{"promptTokenCount":9,"cachedContentTokenCount":4,"candidatesTokenCount":2,"thoughtsTokenCount":5,"totalTokenCount":16},"modelVersion":"gemini-2.5-flash","responseId":"abcdefgh1234"}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ChatToGemini_RequestIsLegalAndAnswerIsAChatCompletion()
    {
        await using var upstream = await StartAsync(Answer);
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Gemini, upstream));

        var response = await edge.PostAsync("/v1/chat/completions", """
            {"model":"fast","seed":7,"temperature":1.5,"top_p":0.9,"stop":"END","max_completion_tokens":64,"frequency_penalty":0.1,
             "messages":[{"role":"system","content":"be brief"},{"role":"user","content":[{"type":"text","text":"see"},{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}}]},
              {"role":"assistant","content":"","tool_calls":[{"id":"c1","type":"function","function":{"name":"weather","arguments":""}},{"id":"c2","type":"function","function":{"name":"clock","arguments":"{\"zone\":\"CET\"}"}}]},
              {"role":"tool","tool_call_id":"c2","content":"{\"hour\":7}"},{"role":"tool","tool_call_id":"c1","content":"sun"},{"role":"user","content":"and?"}],
             "tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"additionalProperties":false}}}],
             "tool_choice":{"type":"function","function":{"name":"weather"}}}
            """);

        var sent = Sent(upstream);
        upstream.Requests.Single().Path.ShouldBe("/v1beta/models/up-model:generateContent");
        sent.TryGetProperty("model", out _).ShouldBeFalse();
        sent.GetProperty("systemInstruction").GetRawText().ShouldBe("""{"parts":[{"text":"be brief"}]}""");
        sent.GetProperty("contents").EnumerateArray().Select(c => c.GetProperty("role").GetString()).ShouldBe(["user", "model", "user"]);
        sent.GetProperty("contents")[0].GetProperty("parts")[1].GetRawText().ShouldBe("""{"inlineData":{"mimeType":"image/png","data":"aGk="}}""");
        sent.GetProperty("contents")[1].GetProperty("parts")[0].GetRawText().ShouldBe("""{"functionCall":{"name":"weather","args":{}}}""");
        sent.GetProperty("contents")[2].GetProperty("parts").EnumerateArray().Select(p => p.GetRawText()).ShouldBe(
        [
            """{"functionResponse":{"name":"weather","response":{"output":"sun"}}}""",
            """{"functionResponse":{"name":"clock","response":{"hour":7}}}""",
            """{"text":"and?"}""",
        ]);
        sent.GetProperty("tools")[0].GetProperty("functionDeclarations")[0].GetProperty("parameters").GetRawText().ShouldBe("""{"type":"object","properties":{"city":{"type":"string"}}}""");
        sent.GetProperty("toolConfig").GetProperty("functionCallingConfig").GetRawText().ShouldBe("""{"mode":"ANY","allowedFunctionNames":["weather"]}""");
        sent.GetProperty("generationConfig").GetRawText().ShouldBe("""{"maxOutputTokens":64,"temperature":1.5,"topP":0.9,"stopSequences":["END"]}""");
        response.Headers.GetValues("x-gateway-dropped").Single().ShouldBe("seed, frequency_penalty");

        var answer = Json(await response.Content.ReadAsStringAsync(Cancellation));
        var choice = answer.GetProperty("choices")[0];
        answer.GetProperty("model").GetString().ShouldBe("gemini-2.5-flash");
        choice.GetProperty("finish_reason").GetString().ShouldBe("tool_calls");
        choice.GetProperty("message").GetProperty("content").GetString().ShouldBe("hi");
        choice.GetProperty("message").GetProperty("reasoning_content").GetString().ShouldBe("hm");
        var calls = choice.GetProperty("message").GetProperty("tool_calls");
        calls.EnumerateArray().Select(c => c.GetProperty("function").GetProperty("arguments").GetString()).ShouldBe(["""{"city":"Oslo"}""", "{}"]);
        calls.EnumerateArray().Select(c => c.GetProperty("id").GetString()).Distinct().Count().ShouldBe(2);
        var usage = answer.GetProperty("usage");
        usage.GetProperty("prompt_tokens").GetInt64().ShouldBe(9);
        usage.GetProperty("completion_tokens").GetInt64().ShouldBe(7);
        usage.GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt64().ShouldBe(4);
    }

    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/v1/messages")]
    public async Task ThoughtSignature_ThroughAToolLoopOfStandardFields_ComesBackToGemini(string path)
    {
        await using var upstream = await StartAsync(Answer);
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Gemini, upstream));
        var chat = path == "/v1/chat/completions";
        var first = Json(await (await edge.PostAsync(path, """{"model":"fast","max_tokens":99,"messages":[{"role":"user","content":"go"}]}""")).Content.ReadAsStringAsync(Cancellation));
        var ids = chat
            ? first.GetProperty("choices")[0].GetProperty("message").GetProperty("tool_calls").EnumerateArray().Select(c => c.GetProperty("id").GetString()).ToArray()
            : first.GetProperty("content").EnumerateArray().Where(b => b.GetProperty("type").GetString() == "tool_use").Select(b => b.GetProperty("id").GetString()).ToArray();

        await edge.PostAsync(path, chat
            ? $$$"""{"model":"fast","messages":[{"role":"user","content":"go"},{"role":"assistant","tool_calls":[{"id":"{{{ids[0]}}}","type":"function","function":{"name":"weather","arguments":"{}"}}]},{"role":"tool","tool_call_id":"{{{ids[0]}}}","content":"sun"}]}"""
            : $$$"""{"model":"fast","max_tokens":9,"messages":[{"role":"user","content":"go"},{"role":"assistant","content":[{"type":"tool_use","id":"{{{ids[0]}}}","name":"weather","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"{{{ids[0]}}}","content":"sun"}]}]}""");

        Json(upstream.Requests.Last().Body).GetProperty("contents")[1].GetProperty("parts")[0].GetRawText()
            .ShouldBe("""{"functionCall":{"name":"weather","args":{}},"thoughtSignature":"c2ln"}""");
    }

    [Fact]
    public async Task ThoughtSignature_TowardsAnotherProvider_IsLeftOutOfTheCallsId()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));

        await edge.PostAsync("/v1/messages", """{"model":"fast","max_tokens":9,"messages":[{"role":"user","content":"go"},{"role":"assistant","content":[{"type":"tool_use","id":"call_abcdefgh_0_gts_YzJsbg","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"call_abcdefgh_0_gts_YzJsbg","content":"sun"}]}]}""");

        var messages = Sent(upstream).GetProperty("messages");
        messages[1].GetProperty("tool_calls")[0].GetProperty("id").GetString().ShouldBe("call_abcdefgh_0");
        messages[2].GetProperty("tool_call_id").GetString().ShouldBe("call_abcdefgh_0");
    }

    [Fact]
    public async Task SignedThinking_ThroughAnAnthropicClient_GoesBackToGeminiAsItCame()
    {
        await using var upstream = await StartAsync(
            """{"candidates":[{"content":{"parts":[{"text":"hm","thought":true},{"text":"hi","thoughtSignature":"c2ln"}]},"finishReason":"STOP"}],"responseId":"abcdefgh1234"}""");
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Gemini, upstream));

        var content = Json(await (await edge.PostAsync("/v1/messages", """{"model":"fast","max_tokens":99,"messages":[{"role":"user","content":"go"}]}""")).Content.ReadAsStringAsync(Cancellation)).GetProperty("content");
        await edge.PostAsync("/v1/messages", $$"""{"model":"fast","max_tokens":99,"messages":[{"role":"user","content":"go"},{"role":"assistant","content":{{content.GetRawText()}}},{"role":"user","content":"on"}]}""");

        content.EnumerateArray().Select(b => b.GetProperty("type").GetString()).ShouldBe(["thinking", "text"]);
        Json(upstream.Requests.Last().Body).GetProperty("contents")[1].GetProperty("parts").GetRawText().ShouldBe("""[{"text":"hi","thoughtSignature":"c2ln"}]""");
    }

    [Fact]
    public async Task ChatFromGeminiStream_FollowsTheGrammar()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.StreamAsync(context,
            Chunk("""{"text":"hm","thought":true}"""), Chunk("""{"text":"h"}"""), Chunk("""{"text":"i"}"""), Chunk("""{"functionCall":{"name":"f","args":{"a":1}}}"""),
            Chunk("""{"text":""}""", "STOP"));
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Gemini, upstream));

        var response = await edge.PostAsync("/v1/chat/completions", """{"model":"fast","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"go"}]}""");

        upstream.Requests.Single().Path.ShouldBe("/v1beta/models/up-model:streamGenerateContent?alt=sse");
        var data = Data(await response.Content.ReadAsStringAsync(Cancellation));
        data[^1].ShouldBe("[DONE]");
        var chunks = data[..^1].Select(Json).ToArray();
        var deltas = chunks[..^1].Select(c => c.GetProperty("choices")[0].GetProperty("delta")).ToArray();
        deltas[0].GetProperty("role").GetString().ShouldBe("assistant");
        string.Concat(deltas.Select(d => Text(d, "content"))).ShouldBe("hi");
        string.Concat(deltas.Select(d => Text(d, "reasoning_content"))).ShouldBe("hm");
        var calls = deltas.Where(d => d.TryGetProperty("tool_calls", out _)).Select(d => d.GetProperty("tool_calls")[0]).ToArray();
        calls[0].GetProperty("id").GetString().ShouldNotBeNullOrEmpty();
        string.Concat(calls.Select(c => c.GetProperty("function").GetProperty("arguments").GetString())).ShouldBe("""{"a":1}""");
        chunks[..^1].Select(c => c.GetProperty("choices")[0].GetProperty("finish_reason").GetString()).Where(r => r is not null).ShouldBe(["tool_calls"]);
        chunks[^1].GetProperty("usage").GetProperty("completion_tokens").GetInt64().ShouldBe(8);
    }

    [Fact]
    public async Task Stream_ThatEndsWithoutAFinishReason_IsACutAndNotAnEnd()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.StreamAsync(context, Chunk("""{"text":"h"}"""));
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Gemini, upstream));

        using var response = await edge.Client.SendAsync(Stream(), HttpCompletionOption.ResponseHeadersRead, Cancellation);

        await Should.ThrowAsync<HttpRequestException>(async () => await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData("data: {\"error\":{\"code\":503,\"message\":\"overloaded\",\"status\":\"UNAVAILABLE\"}}\n\n")]
    [InlineData("data: {\"candidates\":[{\"content\":{},\"finishReason\":\"MALFORMED_FUNCTION_CALL\"}]}\n\n")]
    public async Task Stream_WithAnErrorBeforeItsFirstToken_IsTakenOverByTheNextTarget(string first)
    {
        await using var bad = await ScriptedUpstream.StartAsync();
        await using var good = await ScriptedUpstream.StartAsync();
        bad.Answer = (context, _) => ScriptedUpstream.StreamAsync(context, first);
        good.Answer = (context, _) => ScriptedUpstream.StreamAsync(context, Chunk("""{"text":"hi"}""", "STOP"));
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Gemini, bad, good));

        using var response = await edge.Client.SendAsync(Stream(), Cancellation);

        response.Headers.GetValues("x-gateway-provider").Single().ShouldStartWith("p2/");
        Data(await response.Content.ReadAsStringAsync(Cancellation))[^1].ShouldBe("[DONE]");
    }

    [Theory]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"MAX_TOKENS"}]}""", "length")]
    [InlineData("""{"candidates":[{"finishReason":"SAFETY"}]}""", "content_filter")]
    [InlineData("""{"candidates":[{"finishReason":"RECITATION"}]}""", "content_filter")]
    [InlineData("""{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}""", "content_filter")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}]}""", "stop")]
    public async Task FinishReason_KeepsItsMeaning(string answer, string reason)
    {
        await using var upstream = await StartAsync(answer);
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Gemini, upstream));

        var response = await edge.ChatAsync();

        Json(await response.Content.ReadAsStringAsync(Cancellation)).GetProperty("choices")[0].GetProperty("finish_reason").GetString().ShouldBe(reason);
    }

    [Fact]
    public async Task Schema_IsRewrittenToWhatGeminiTakes()
    {
        await using var upstream = await StartAsync(Answer);
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Gemini, upstream));

        await edge.PostAsync("/v1/chat/completions", """
            {"model":"fast","messages":[{"role":"user","content":"go"}],"response_format":{"type":"json_schema","json_schema":{"name":"a","strict":true,"schema":{
              "$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","additionalProperties":false,"required":["kind","next","gone"],
              "$defs":{"Point":{"type":"object","properties":{"x":{"type":"integer","exclusiveMinimum":0}},"required":["x"],"additionalProperties":false}},
              "properties":{"kind":{"const":"dot"},"at":{"$ref":"#/$defs/Point","description":"where"},"maybe":{"type":["string","null"],"format":"email"},
               "either":{"anyOf":[{"type":"string"},{"type":"integer"},{"type":"null"}]},"opt":{"anyOf":[{"$ref":"#/$defs/Point"},{"type":"null"}]},"size":{"type":"integer","enum":[1,2]},
               "next":{"type":"array","items":{"$ref":"#"}}}}}}}
            """);

        var config = Sent(upstream).GetProperty("generationConfig");
        config.GetProperty("responseMimeType").GetString().ShouldBe("application/json");
        var schema = config.GetProperty("responseSchema");
        schema.GetProperty("required").GetRawText().ShouldBe("""["kind","next"]""");
        var properties = schema.GetProperty("properties");
        properties.GetProperty("kind").GetRawText().ShouldBe("""{"type":"string","enum":["dot"]}""");
        properties.GetProperty("at").GetRawText().ShouldBe("""{"type":"object","description":"where","properties":{"x":{"type":"integer"}},"required":["x"]}""");
        properties.GetProperty("maybe").GetRawText().ShouldBe("""{"type":"string","nullable":true}""");
        properties.GetProperty("either").GetRawText().ShouldBe("""{"anyOf":[{"type":"string","nullable":true},{"type":"integer","nullable":true}]}""");
        properties.GetProperty("opt").GetRawText().ShouldBe("""{"type":"object","nullable":true,"properties":{"x":{"type":"integer"}},"required":["x"]}""");
        properties.GetProperty("size").GetRawText().ShouldBe("""{"type":"integer"}""");
        Depth(schema).ShouldBe(5);

        static int Depth(JsonElement schema) => schema.TryGetProperty("properties", out var p) ? 1 + Depth(p.GetProperty("next").GetProperty("items")) : 0;
    }

    [Fact]
    public async Task Reasoning_Asked_IsABudgetWhereTheTargetHasOne()
    {
        await using var upstream = await StartAsync(Answer);
        var resources = TestResources.For(ProviderFormat.Gemini, upstream);
        var model = resources.Models[0];
        resources = resources with { Models = [model with { Targets = [model.Targets[0] with { Capabilities = new Capabilities { Reasoning = ReasoningSupport.Budget, MaxOutput = 50 } }] }] };
        await using var edge = await EdgeHost.StartAsync(resources);

        await edge.PostAsync("/v1/chat/completions", """{"model":"fast","reasoning_effort":"high","max_tokens":99,"messages":[{"role":"user","content":"go"}]}""");

        Sent(upstream).GetProperty("generationConfig").GetRawText().ShouldBe("""{"maxOutputTokens":50,"thinkingConfig":{"thinkingBudget":24576,"includeThoughts":true}}""");
    }

    [Theory]
    [InlineData(""" "n":9 """, "n")]
    [InlineData(""" "logprobs":true """, "logprobs")]
    [InlineData(""" "stop":["a","b","c","d","e","f"] """, "stop")]
    public async Task WhatGeminiCannotSay_IsA400NamingTheField(string field, string param)
    {
        await using var upstream = await StartAsync(Answer);
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Gemini, upstream));

        var response = await edge.PostAsync("/v1/chat/completions", $$"""{"model":"fast",{{field}},"messages":[{"role":"user","content":"go"}]}""");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        Json(await response.Content.ReadAsStringAsync(Cancellation)).GetProperty("error").GetProperty("param").GetString().ShouldBe(param);
        upstream.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task PictureByUrl_IsA400()
    {
        await using var upstream = await StartAsync(Answer);
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Gemini, upstream));

        var response = await edge.PostAsync("/v1/chat/completions", """{"model":"fast","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}]}""");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static async Task<ScriptedUpstream> StartAsync(string answer)
    {
        var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 200, answer);
        return upstream;
    }

    private static HttpRequestMessage Stream() => new(HttpMethod.Post, "/v1/chat/completions")
    {
        Content = new StringContent("""{"model":"fast","stream":true,"messages":[{"role":"user","content":"go"}]}""", System.Text.Encoding.UTF8, "application/json"),
    };

    private static string Chunk(string part, string? finish = null) =>
        $"data: {{\"candidates\":[{{\"content\":{{\"parts\":[{part}],\"role\":\"model\"}}{(finish is null ? "" : $",\"finishReason\":\"{finish}\"")},\"index\":0}}],\"usageMetadata\":{{\"promptTokenCount\":3,\"candidatesTokenCount\":6,\"thoughtsTokenCount\":2}},\"modelVersion\":\"gemini\",\"responseId\":\"abcdefgh1234\"}}\r\n\r\n";

    private static string? Text(JsonElement delta, string name) => delta.TryGetProperty(name, out var text) ? text.GetString() : "";

    private static JsonElement Sent(ScriptedUpstream upstream) => Json(upstream.Requests.Last().Body);

    private static string[] Data(string stream) =>
        [.. stream.Split('\n').Where(l => l.StartsWith("data: ", StringComparison.Ordinal)).Select(l => l["data: ".Length..])];

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
