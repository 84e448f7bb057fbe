using System.Net;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Testing.Grammars;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Translation;

/// <summary>Clients of OpenAI's responses API in front of targets that speak another.</summary>
public class ResponsesClientTests
{
    private const string AnthropicAnswer =
        """{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"text","text":"hi"},{"type":"tool_use","id":"toolu_1","name":"weather","input":{"city":"Oslo"}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":5,"cache_read_input_tokens":4,"output_tokens":2}}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ResponsesToChat_RequestIsAChatCompletionAndAnswerIsAResponse()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(ChatOnly(upstream));

        var response = await edge.PostAsync("/v1/responses", """
            {"model":"fast","instructions":"be brief","store":true,"metadata":{"a":"b"},"max_output_tokens":99,"temperature":0.5,"top_p":0.9,"parallel_tool_calls":false,"truncation":"auto","text":{"verbosity":"low"},
             "input":[{"role":"developer","content":"in Norwegian"},{"role":"user","content":[{"type":"input_text","text":"see"},{"type":"input_image","image_url":"data:image/png;base64,aGk="},{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,aGk="}]},
              {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hm"}]},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"let me see","annotations":[]}]},
              {"type":"function_call","call_id":"c1","name":"weather","arguments":""},{"type":"function_call","call_id":"c2","name":"weather","arguments":"{\"city\":\"Rome\"}"},
              {"type":"function_call_output","call_id":"c1","output":"sun"},{"type":"function_call_output","call_id":"c2","output":[{"type":"input_text","text":"rain"},{"type":"input_image","image_url":"data:image/png;base64,aGk="}]}],
             "tools":[{"type":"function","name":"weather","description":"d","parameters":{"type":"object"},"strict":true}],"tool_choice":{"type":"function","name":"weather"}}
            """);

        upstream.Requests.Single().Path.ShouldBe("/v1/chat/completions");
        var sent = Json(upstream.Requests.Single().Body);
        var messages = sent.GetProperty("messages").EnumerateArray().ToArray();
        messages.Select(m => m.GetProperty("role").GetString()).ShouldBe(["system", "system", "user", "assistant", "tool", "tool", "user"]);
        messages[2].GetProperty("content").EnumerateArray().Select(p => p.GetProperty("type").GetString()).ShouldBe(["text", "image_url", "file"]);
        messages[3].GetProperty("content").GetString().ShouldBe("let me see");
        messages[3].GetProperty("tool_calls").EnumerateArray().Select(c => c.GetProperty("function").GetProperty("arguments").GetString()).ShouldBe(["{}", """{"city":"Rome"}"""]);
        sent.GetProperty("tools")[0].GetRawText().ShouldBe("""{"type":"function","function":{"name":"weather","description":"d","parameters":{"type":"object"},"strict":true}}""");
        sent.GetProperty("tool_choice").GetRawText().ShouldBe("""{"type":"function","function":{"name":"weather"}}""");
        sent.GetProperty("parallel_tool_calls").GetBoolean().ShouldBeFalse();
        sent.GetProperty("max_tokens").GetInt64().ShouldBe(99);
        response.Headers.GetValues("x-gateway-dropped").Single().ShouldBe("store, metadata, truncation, text.verbosity, thinking");

        var answer = Json(await response.Content.ReadAsStringAsync(Cancellation));
        answer.GetProperty("id").GetString()!.ShouldStartWith("resp_");
        answer.GetProperty("object").GetString().ShouldBe("response");
        answer.GetProperty("status").GetString().ShouldBe("completed");
        answer.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("hi");
        answer.GetProperty("tools")[0].GetProperty("name").GetString().ShouldBe("weather");
        answer.GetProperty("usage").GetProperty("input_tokens").GetInt64().ShouldBe(7);
        answer.GetProperty("usage").GetProperty("total_tokens").GetInt64().ShouldBe(10);
    }

    [Fact]
    public async Task ResponsesToAnthropic_ThinkingAndCallsBecomeItems()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 200, AnthropicAnswer);
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Anthropic, upstream));

        var first = await edge.PostAsync("/v1/responses", """{"model":"fast","input":"go"}""");
        var output = Json(await first.Content.ReadAsStringAsync(Cancellation)).GetProperty("output");

        output.EnumerateArray().Select(i => i.GetProperty("type").GetString()).ShouldBe(["reasoning", "message", "function_call"]);
        output[0].GetProperty("summary")[0].GetProperty("text").GetString().ShouldBe("hm");
        output[2].GetProperty("call_id").GetString().ShouldBe("toolu_1");
        output[2].GetProperty("arguments").GetString().ShouldBe("""{"city":"Oslo"}""");

        // The items as they are make the next turn: the signature is Anthropic's again.
        await edge.PostAsync("/v1/responses",
            $$"""{"model":"fast","input":[{"role":"user","content":"go"},{{string.Join(',', output.EnumerateArray().Select(i => i.GetRawText()))}},{"type":"function_call_output","call_id":"toolu_1","output":"sun"}]}""");

        var turns = Json(upstream.Requests.Last().Body).GetProperty("messages");
        turns.EnumerateArray().Select(t => t.GetProperty("role").GetString()).ShouldBe(["user", "assistant", "user"]);
        turns[1].GetProperty("content")[0].GetRawText().ShouldBe("""{"type":"thinking","thinking":"hm","signature":"c2ln"}""");
        turns[2].GetProperty("content")[0].GetProperty("tool_use_id").GetString().ShouldBe("toolu_1");
    }

    [Fact]
    public async Task ResponsesFromAnthropicStream_FollowsTheGrammar()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.StreamAsync(context,
        [
            Event("""{"type":"message_start","message":{"id":"msg_1","model":"claude","content":[],"usage":{"input_tokens":5,"output_tokens":1}}}"""),
            Event("""{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}"""),
            Event("""{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}"""),
            Event("""{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}"""),
            Event("""{"type":"content_block_stop","index":0}"""),
            Event("""{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}"""),
            Event("""{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"hel"}}"""),
            Event("""{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"lo"}}"""),
            Event("""{"type":"content_block_stop","index":1}"""),
            Event("""{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t1","name":"f","input":{}}}"""),
            Event("""{"type":"content_block_stop","index":2}"""),
            Event("""{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":8}}"""),
            Event("""{"type":"message_stop"}"""),
        ]);
        await using var edge = await EdgeHost.StartAsync(TestResources.For(ProviderFormat.Anthropic, upstream));

        var stream = await (await edge.PostAsync("/v1/responses", """{"model":"fast","stream":true,"input":"go"}""")).Content.ReadAsStringAsync(Cancellation);

        new ResponsesGrammar().Check(stream).ShouldBeEmpty();
        var last = Json(Data(stream)[^1]).GetProperty("response");
        last.GetProperty("status").GetString().ShouldBe("completed");
        last.GetProperty("output").EnumerateArray().Select(i => i.GetProperty("type").GetString()).ShouldBe(["reasoning", "message", "function_call"]);
        last.GetProperty("output")[0].GetProperty("encrypted_content").GetString()!.ShouldEndWith("c2ln");
        last.GetProperty("output")[1].GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("hello");
        last.GetProperty("output")[2].GetProperty("arguments").GetString().ShouldBe("{}");
        last.GetProperty("usage").GetProperty("output_tokens").GetInt64().ShouldBe(8);
    }

    [Fact]
    public async Task ResponsesFromChatStream_InterleavedCallsBecomeOneItemAfterTheOther()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.StreamAsync(context,
        [
            Chunk("""{"role":"assistant","content":""}"""),
            Chunk("""{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\""}}]}"""),
            Chunk("""{"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":"{"}}]}"""),
            Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}"""),
            Chunk("""{"tool_calls":[{"index":1,"function":{"arguments":"}"}}]}"""),
            """data: {"id":"x","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\n",
            """data: {"id":"x","model":"m","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}""" + "\n\n",
            "data: [DONE]\n\n",
        ]);
        await using var edge = await EdgeHost.StartAsync(ChatOnly(upstream));

        var stream = await (await edge.PostAsync("/v1/responses", """{"model":"fast","stream":true,"input":"go"}""")).Content.ReadAsStringAsync(Cancellation);

        new ResponsesGrammar().Check(stream).ShouldBeEmpty();
        var output = Json(Data(stream)[^1]).GetProperty("response").GetProperty("output");
        output.EnumerateArray().Select(i => (i.GetProperty("call_id").GetString(), i.GetProperty("arguments").GetString())).ShouldBe([("a", """{"x":1}"""), ("b", "{}")]);
    }

    [Theory]
    [InlineData("length", "incomplete", "max_output_tokens")]
    [InlineData("content_filter", "incomplete", "content_filter")]
    public async Task AnswerThatWasCutOff_IsIncomplete(string finish, string status, string reason)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, n) => n == 1
            ? ScriptedUpstream.JsonAsync(context, 200, ScriptedUpstream.Completion.Replace("\"stop\"", $"\"{finish}\"", StringComparison.Ordinal))
            : ScriptedUpstream.StreamAsync(context, Chunk("""{"role":"assistant","content":"hi"}"""), $$"""data: {"id":"x","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"{{finish}}"}]}""" + "\n\n", "data: [DONE]\n\n");
        await using var edge = await EdgeHost.StartAsync(ChatOnly(upstream));

        var whole = Json(await (await edge.PostAsync("/v1/responses", """{"model":"fast","input":"go"}""")).Content.ReadAsStringAsync(Cancellation));
        var stream = await (await edge.PostAsync("/v1/responses", """{"model":"fast","stream":true,"input":"go"}""")).Content.ReadAsStringAsync(Cancellation);

        new ResponsesGrammar().Check(stream).ShouldBeEmpty();
        foreach (var answer in new[] { whole, Json(Data(stream)[^1]).GetProperty("response") })
        {
            answer.GetProperty("status").GetString().ShouldBe(status);
            answer.GetProperty("incomplete_details").GetProperty("reason").GetString().ShouldBe(reason);
            answer.GetProperty("output")[0].GetProperty("status").GetString().ShouldBe("incomplete");
        }
    }

    [Fact]
    public async Task LogProbs_OfAChatCompletion_AreThoseOfItsText_WholeAndStreamed()
    {
        const string Token = """{"token":"hi","logprob":-0.5,"bytes":[104,105],"top_logprobs":[{"token":"ho","logprob":-1.5,"bytes":[104,111]}]}""";
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, n) => n == 1
            ? ScriptedUpstream.JsonAsync(context, 200, ScriptedUpstream.Completion.Replace("\"finish_reason\"", $"\"logprobs\":{{\"content\":[{Token}]}},\"finish_reason\"", StringComparison.Ordinal))
            : ScriptedUpstream.StreamAsync(context, $$$"""data: {"id":"x","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"hi"},"logprobs":{"content":[{{{Token}}}]},"finish_reason":"stop"}]}""" + "\n\n", "data: [DONE]\n\n");
        await using var edge = await EdgeHost.StartAsync(ChatOnly(upstream));
        const string Asked = """{"model":"fast","input":"go","include":["message.output_text.logprobs"],"top_logprobs":1""";

        var whole = Json(await (await edge.PostAsync("/v1/responses", $"{Asked}}}")).Content.ReadAsStringAsync(Cancellation));
        var stream = await (await edge.PostAsync("/v1/responses", $"{Asked},\"stream\":true}}")).Content.ReadAsStringAsync(Cancellation);

        Json(upstream.Requests.First().Body).GetProperty("top_logprobs").GetInt32().ShouldBe(1);
        new ResponsesGrammar().Check(stream).ShouldBeEmpty();
        Json(Data(stream).Single(d => d.Contains("output_text.delta", StringComparison.Ordinal))).GetProperty("logprobs").GetRawText().ShouldBe($"[{Token}]");
        foreach (var answer in new[] { whole, Json(Data(stream)[^1]).GetProperty("response") })
        {
            answer.GetProperty("output")[0].GetProperty("content")[0].GetProperty("logprobs").GetRawText().ShouldBe($"[{Token}]");
        }
    }

    [Fact]
    public async Task Refusal_IsAPartOfItsOwn()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, n) => n == 1
            ? ScriptedUpstream.JsonAsync(context, 200, ScriptedUpstream.Completion.Replace("\"content\":\"hi\"", "\"content\":null,\"refusal\":\"no\"", StringComparison.Ordinal))
            : ScriptedUpstream.StreamAsync(context, Chunk("""{"role":"assistant","content":""}"""), Chunk("""{"refusal":"no"}"""), """data: {"id":"x","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\n", "data: [DONE]\n\n");
        await using var edge = await EdgeHost.StartAsync(ChatOnly(upstream));

        var whole = Json(await (await edge.PostAsync("/v1/responses", """{"model":"fast","input":"go"}""")).Content.ReadAsStringAsync(Cancellation));
        var stream = await (await edge.PostAsync("/v1/responses", """{"model":"fast","stream":true,"input":"go"}""")).Content.ReadAsStringAsync(Cancellation);

        new ResponsesGrammar().Check(stream).ShouldBeEmpty();
        whole.GetProperty("output")[0].GetProperty("content")[0].GetRawText().ShouldBe("""{"type":"refusal","refusal":"no"}""");
        whole.GetProperty("status").GetString().ShouldBe("completed");
    }

    [Theory]
    [InlineData("\"input\":\"go\",\"conversation\":\"conv_1\"", "conversation")]
    [InlineData("\"input\":\"go\",\"background\":true", "background")]
    [InlineData("\"input\":\"go\",\"prompt\":{\"id\":\"p\"}", "prompt")]
    [InlineData("\"input\":\"go\",\"tools\":[{\"type\":\"web_search\"}]", "tools[0].type")]
    [InlineData("\"input\":\"go\",\"tool_choice\":{\"type\":\"web_search\"}", "tool_choice")]
    [InlineData("\"input\":[{\"type\":\"item_reference\",\"id\":\"msg_1\"}]", "input[0]")]
    [InlineData("\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"file_id\":\"f\"}]}]", "input[0].content[0].file_id")]
    [InlineData("\"input\":[{\"type\":\"web_search_call\",\"id\":\"ws\"}]", "input[0].type")]
    [InlineData("\"store\":true", "input")]
    public async Task WhatNeedsAnotherTarget_IsA400NamingTheField(string body, string field)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(ChatOnly(upstream));

        var response = await edge.PostAsync("/v1/responses", $$"""{"model":"fast",{{body}}}""");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        Json(await response.Content.ReadAsStringAsync(Cancellation)).GetProperty("error").GetProperty("param").GetString().ShouldBe(field);
        upstream.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":{\"type\":\"object\"},\"strict\":true}", "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":{\"type\":\"object\"},\"strict\":true}}")]
    [InlineData("{\"type\":\"json_object\"}", "{\"type\":\"json_object\"}")]
    [InlineData("{\"type\":\"text\"}", null)]
    public async Task AnswersForm_BecomesTheChatField(string format, string? expected)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(ChatOnly(upstream));

        await edge.PostAsync("/v1/responses", $$$"""{"model":"fast","input":"go","text":{"format":{{{format}}}}}""");

        var sent = Json(upstream.Requests.Single().Body);
        (sent.TryGetProperty("response_format", out var field) ? field.GetRawText() : null).ShouldBe(expected);
    }

    [Theory]
    [InlineData("{\"effort\":\"high\"}", "high")]
    [InlineData("{\"summary\":\"auto\"}", "medium")]
    [InlineData("{}", null)]
    public async Task Effort_GoesToReasoningTargets(string reasoning, string? effort)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(ChatOnly(upstream, ReasoningSupport.Effort));

        await edge.PostAsync("/v1/responses", $$"""{"model":"fast","input":"go","reasoning":{{reasoning}}}""");

        var sent = Json(upstream.Requests.Single().Body);
        (sent.TryGetProperty("reasoning_effort", out var field) ? field.GetString() : null).ShouldBe(effort);
    }

    private static ResourceSet ChatOnly(ScriptedUpstream upstream, ReasoningSupport reasoning = ReasoningSupport.None) =>
        TestResources.With(TestResources.For(upstream), new Capabilities { Api = [ModelApi.Chat], Reasoning = reasoning });

    private static string Event(string data) => $"event: {Json(data).GetProperty("type").GetString()}\ndata: {data}\n\n";

    private static string Chunk(string delta) => $"data: {{\"id\":\"x\",\"model\":\"m\",\"choices\":[{{\"index\":0,\"delta\":{delta},\"finish_reason\":null}}]}}\n\n";

    private static string[] Data(string stream) =>
        [.. stream.Split('\n').Where(l => l.StartsWith("data: ", StringComparison.Ordinal)).Select(l => l["data: ".Length..])];

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
