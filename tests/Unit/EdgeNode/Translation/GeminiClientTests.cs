using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Admission;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Translation;

/// <summary>Clients of Gemini's API, towards its own targets and those of others.</summary>
public class GeminiClientTests
{
    private const string Root = "/v1beta/models/fast";
    private const string Hello = """{"contents":[{"role":"user","parts":[{"text":"hello"}]}]}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SameDialect_BodyAndAnswerPassAsTheyAre()
    {
        const string Answer = """{"candidates":[{"content":{"parts":[{"text":"hi"}],"role":"model"},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":1,"thoughtsTokenCount":4}}""";
        await using var upstream = await StartAsync(Answer);
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Gemini, upstream));

        var response = await edge.PostAsync(Root + ":generateContent", Hello);

        upstream.Requests.Single().Path.ShouldBe("/v1beta/models/up-model:generateContent");
        upstream.Requests.Single().Body.ShouldBe(Hello);
        (await response.Content.ReadAsStringAsync(Cancellation)).ShouldBe(Answer);
    }

    [Fact]
    public async Task SameDialect_StreamPassesAsEventsOrAsOneArray()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.StreamAsync(context, Chunk("h"), Chunk("i"), Chunk("", "STOP"));
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Gemini, upstream));

        var events = await edge.PostAsync(Root + ":streamGenerateContent?alt=sse", Hello);
        var array = await edge.PostAsync(Root + ":streamGenerateContent", Hello);

        upstream.Requests.Select(r => r.Path).Distinct().ShouldBe(["/v1beta/models/up-model:streamGenerateContent?alt=sse"]);
        events.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        (await events.Content.ReadAsStringAsync(Cancellation)).ShouldBe(Chunk("h") + Chunk("i") + Chunk("", "STOP"));
        array.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        Json(await array.Content.ReadAsStringAsync(Cancellation)).EnumerateArray().Select(Text).ShouldBe(["h", "i", ""]);
    }

    [Fact]
    public void BodyFacts_OfAGeminiRequest_HoldItsPromptAndOutputLimit()
    {
        BodyInspector.Inspect("""{"generationConfig":{"topK":3,"stopSequences":["a"],"maxOutputTokens":77,"seed":1},"contents":[{"role":"user","parts":[{"text":"hello"}]}]}"""u8, out var facts).ShouldBeNull();

        facts.MaxOutputTokens.ShouldBe(77);
        facts.InputTokens.ShouldBeGreaterThan(0);
        facts.Model.ShouldBeNull();
    }

    [Fact]
    public async Task CountTokens_AtAGeminiTarget_IsPassedOn()
    {
        await using var upstream = await StartAsync("""{"totalTokens":7}""");
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Gemini, upstream));

        var response = await edge.PostAsync(Root + ":countTokens", Hello);

        upstream.Requests.Single().Path.ShouldBe("/v1beta/models/up-model:countTokens");
        Json(await response.Content.ReadAsStringAsync(Cancellation)).GetProperty("totalTokens").GetInt32().ShouldBe(7);
    }

    [Fact]
    public async Task GeminiToChat_RequestAndAnswer()
    {
        await using var upstream = await StartAsync(
            """{"id":"chatcmpl-1","model":"gpt","choices":[{"index":0,"message":{"role":"assistant","content":"hi","tool_calls":[{"id":"c9","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":7,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":2}}}""");
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));

        var response = await edge.PostAsync(Root + ":generateContent", """
            {"systemInstruction":{"parts":[{"text":"be brief"}]},"safetySettings":[],
             "contents":[{"role":"user","parts":[{"text":"see"},{"inlineData":{"mimeType":"image/png","data":"aGk="}}]},
              {"role":"model","parts":[{"text":"hm","thought":true},{"functionCall":{"name":"f","args":{"a":1}},"thoughtSignature":"c2ln"},{"functionCall":{"name":"f","args":{"a":2}}}]},
              {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"one"}}},{"functionResponse":{"name":"f","response":{"n":2}}}]}],
             "tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT","properties":{"a":{"type":"INTEGER","nullable":true}},"propertyOrdering":["a"]}}]}],
             "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}},
             "generationConfig":{"temperature":0.5,"maxOutputTokens":64,"stopSequences":["END"],"seed":1}}
            """);

        var sent = Json(upstream.Requests.Single().Body);
        sent.GetProperty("model").GetString().ShouldBe("up-model");
        var messages = sent.GetProperty("messages").EnumerateArray().ToArray();
        messages.Select(m => m.GetProperty("role").GetString()).ShouldBe(["system", "user", "assistant", "tool", "tool"]);
        var ids = messages[2].GetProperty("tool_calls").EnumerateArray().Select(c => c.GetProperty("id").GetString()).ToArray();
        ids.Distinct().Count().ShouldBe(2);
        messages[3..].Select(m => m.GetProperty("tool_call_id").GetString()).ShouldBe(ids);
        messages[3..].Select(m => m.GetProperty("content").GetString()).ShouldBe(["one", """{"n":2}"""]);
        sent.GetProperty("tools")[0].GetProperty("function").GetProperty("parameters").GetRawText().ShouldBe("""{"type":"object","properties":{"a":{"type":["integer","null"]}}}""");
        sent.GetProperty("tool_choice").GetProperty("function").GetProperty("name").GetString().ShouldBe("f");
        sent.GetProperty("max_tokens").GetInt32().ShouldBe(64);
        response.Headers.GetValues("x-gateway-dropped").Single().ShouldBe("safetySettings, seed, thinking");

        var answer = Json(await response.Content.ReadAsStringAsync(Cancellation));
        var candidate = answer.GetProperty("candidates")[0];
        candidate.GetProperty("finishReason").GetString().ShouldBe("STOP");
        candidate.GetProperty("content").GetProperty("parts").GetRawText().ShouldBe("""[{"text":"hi"},{"functionCall":{"id":"c9","name":"f","args":{"a":1}}}]""");
        answer.GetProperty("usageMetadata").GetRawText().ShouldBe("""{"promptTokenCount":7,"candidatesTokenCount":3,"totalTokenCount":10,"cachedContentTokenCount":2}""");
    }

    [Theory]
    [InlineData("?alt=sse")]
    [InlineData("")]
    public async Task GeminiFromChatStream_FollowsTheGrammar(string query)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.StreamAsync(context,
            ChatChunk("""{"role":"assistant","content":""}"""), ChatChunk("""{"content":"h"}"""), ChatChunk("""{"content":"i"}"""),
            ChatChunk("""{"tool_calls":[{"index":0,"id":"c0","type":"function","function":{"name":"f","arguments":"{\"a\""}}]}"""),
            ChatChunk("""{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}"""),
            "data: {\"id\":\"x\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n",
            "data: {\"id\":\"x\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":8}}\n\n", "data: [DONE]\n\n");
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));

        var response = await edge.PostAsync(Root + ":streamGenerateContent" + query, Hello);

        Json(upstream.Requests.Single().Body).GetProperty("stream").GetBoolean().ShouldBeTrue();
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        text.ShouldNotContain("[DONE]");
        var chunks = query.Length == 0
            ? [.. Json(text).EnumerateArray()]
            : text.Split("\r\n\r\n", StringSplitOptions.RemoveEmptyEntries).Select(e => Json(e["data: ".Length..])).ToArray();
        string.Concat(chunks.Select(Text)).ShouldBe("hi");
        chunks.Count(c => c.GetProperty("candidates")[0].TryGetProperty("finishReason", out _)).ShouldBe(1);
        chunks[^1].GetProperty("candidates")[0].GetProperty("finishReason").GetString().ShouldBe("STOP");
        chunks[^1].GetProperty("candidates")[0].GetProperty("content").GetProperty("parts")[0].GetProperty("functionCall").GetRawText().ShouldBe("""{"id":"c0","name":"f","args":{"a":1}}""");
        chunks[^1].GetProperty("usageMetadata").GetProperty("candidatesTokenCount").GetInt32().ShouldBe(8);
    }

    [Fact]
    public async Task AnthropicThinking_ThroughAGeminiClient_ReturnsWithItsSignature()
    {
        await using var upstream = await StartAsync(
            """{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"thinking","thinking":"hm","signature":"s-1"},{"type":"text","text":"hi"}],"stop_reason":"end_turn","usage":{"input_tokens":5,"output_tokens":2}}""");
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Anthropic, upstream));
        var content = Json(await (await edge.PostAsync(Root + ":generateContent", Hello)).Content.ReadAsStringAsync(Cancellation)).GetProperty("candidates")[0].GetProperty("content").GetRawText();

        await edge.PostAsync(Root + ":generateContent", $$"""{"contents":[{"role":"user","parts":[{"text":"go"}]},{{content}},{"role":"user","parts":[{"text":"on"}]}]}""");

        Json(upstream.Requests.Last().Body).GetProperty("messages")[1].GetProperty("content").GetRawText()
            .ShouldBe("""[{"type":"thinking","thinking":"hm","signature":"s-1"},{"type":"text","text":"hi"}]""");
    }

    [Theory]
    [InlineData("?alt=sse", "data: ")]
    [InlineData("", "[")]
    public async Task Stream_CutAfterItsFirstToken_EndsWithAnErrorAndNotCleanly(string query, string start)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.StreamAsync(context, Chunk("h"));
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Gemini, upstream));
        using var request = new HttpRequestMessage(HttpMethod.Post, Root + ":streamGenerateContent" + query) { Content = new StringContent(Hello, System.Text.Encoding.UTF8, "application/json") };

        using var response = await edge.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        await using var body = await response.Content.ReadAsStreamAsync(Cancellation);
        var received = new MemoryStream();

        await Should.ThrowAsync<IOException>(() => body.CopyToAsync(received, Cancellation));
        var text = System.Text.Encoding.UTF8.GetString(received.ToArray());
        text.ShouldStartWith(start);
        text.ShouldContain("\"error\":{\"code\":502,");
    }

    [Theory]
    [InlineData("/v1beta/models/none:generateContent", 404, "NOT_FOUND")]
    [InlineData("/v1beta/models/fast:predict", 404, "NOT_FOUND")]
    public async Task Refusal_IsInGooglesShape(string path, int status, string word)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Gemini, upstream));

        var response = await edge.PostAsync(path, Hello);

        ((int)response.StatusCode).ShouldBe(status);
        Json(await response.Content.ReadAsStringAsync(Cancellation)).GetProperty("error").GetProperty("status").GetString().ShouldBe(word);
    }

    private static async Task<ScriptedUpstream> StartAsync(string answer)
    {
        var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 200, answer);
        return upstream;
    }

    private static string Chunk(string text, string? finish = null) =>
        $"data: {{\"candidates\":[{{\"content\":{{\"parts\":[{{\"text\":\"{text}\"}}],\"role\":\"model\"}}{(finish is null ? "" : $",\"finishReason\":\"{finish}\"")}}}],\"responseId\":\"abcdefgh1234\"}}\r\n\r\n";

    private static string ChatChunk(string delta) => $"data: {{\"id\":\"x\",\"model\":\"m\",\"choices\":[{{\"index\":0,\"delta\":{delta},\"finish_reason\":null}}]}}\n\n";

    private static string Text(JsonElement chunk) =>
        string.Concat(chunk.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts").EnumerateArray().Select(p => p.TryGetProperty("text", out var text) ? text.GetString() : ""));

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
