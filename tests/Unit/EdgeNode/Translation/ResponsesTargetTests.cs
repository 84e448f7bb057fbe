using System.Net;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Testing.Grammars;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Translation;

/// <summary>Clients of every other API in front of a target that has only OpenAI's responses API.</summary>
public class ResponsesTargetTests
{
    private const string Reasoning = """{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"gAAA"}""";
    private const string Message = """{"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"hi","annotations":[],"logprobs":[]}]}""";
    private const string Call = """{"id":"fc_1","type":"function_call","status":"completed","call_id":"call_1","name":"weather","arguments":"{\"city\":\"Oslo\"}"}""";
    private const string Usage = """{"input_tokens":9,"input_tokens_details":{"cached_tokens":4},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":5},"total_tokens":16}""";

    private static readonly string Answer = Response("completed", $"{Reasoning},{Message},{Call}");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StopSequence_ThatTheApiHasNoFieldFor_EndsTheAnswerAllTheSame()
    {
        await using var upstream = await StartAsync(Response("completed", Message));
        await using var edge = await EdgeHost.StartAsync(ResponsesOnly(upstream));

        var response = await edge.PostAsync("/v1/chat/completions", """{"model":"fast","stop":["i"],"messages":[{"role":"user","content":"go"}]}""");

        var choice = Json(await response.Content.ReadAsStringAsync(Cancellation)).GetProperty("choices")[0];
        choice.GetProperty("message").GetProperty("content").GetString().ShouldBe("h");
        choice.GetProperty("finish_reason").GetString().ShouldBe("stop");
        upstream.Requests.Single().Body.ShouldNotContain("stop");
    }

    [Fact]
    public async Task ChatToResponses_RequestIsAResponsesRequestAndAnswerIsAChatCompletion()
    {
        await using var upstream = await StartAsync(Answer);
        await using var edge = await EdgeHost.StartAsync(ResponsesOnly(upstream));

        var response = await edge.PostAsync("/v1/chat/completions", """
            {"model":"fast","user":"u","seed":1,"max_completion_tokens":5,"temperature":0.5,"top_p":0.9,"frequency_penalty":0.1,"parallel_tool_calls":false,
             "messages":[{"role":"system","content":"be brief"},{"role":"developer","content":"and kind"},
              {"role":"user","content":[{"type":"text","text":"see"},{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}},{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,aGk="}}]},
              {"role":"assistant","content":"let me see","tool_calls":[{"id":"c1","type":"function","function":{"name":"weather","arguments":""}}]},
              {"role":"tool","tool_call_id":"c1","content":"sun"},{"role":"system","content":"now"},{"role":"user","content":"and?"}],
             "tools":[{"type":"function","function":{"name":"weather","description":"d","parameters":{"type":"object"}}}],"tool_choice":"required",
             "response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"},"strict":true}}}
            """);

        upstream.Requests.Single().Path.ShouldBe("/v1/responses");
        var sent = Json(upstream.Requests.Single().Body);
        sent.GetProperty("model").GetString().ShouldBe("up-model");
        sent.GetProperty("instructions").GetString().ShouldBe("be brief\n\nand kind");
        sent.GetProperty("store").GetBoolean().ShouldBeFalse();
        sent.GetProperty("max_output_tokens").GetInt64().ShouldBe(16);
        sent.GetProperty("temperature").GetDouble().ShouldBe(0.5);
        sent.GetProperty("input").EnumerateArray().Select(i => i.GetRawText()).ShouldBe(
        [
            """{"type":"message","role":"user","content":[{"type":"input_text","text":"see"},{"type":"input_image","detail":"auto","image_url":"data:image/png;base64,aGk="},{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,aGk="}]}""",
            """{"type":"message","role":"assistant","content":[{"type":"output_text","text":"let me see"}]}""",
            """{"type":"function_call","call_id":"c1","name":"weather","arguments":"{}"}""",
            """{"type":"function_call_output","call_id":"c1","output":"sun"}""",
            """{"type":"message","role":"developer","content":[{"type":"input_text","text":"now"}]}""",
            """{"type":"message","role":"user","content":[{"type":"input_text","text":"and?"}]}""",
        ]);
        sent.GetProperty("tools")[0].GetRawText().ShouldBe("""{"type":"function","name":"weather","description":"d","parameters":{"type":"object"},"strict":false}""");
        sent.GetProperty("tool_choice").GetString().ShouldBe("required");
        sent.GetProperty("parallel_tool_calls").GetBoolean().ShouldBeFalse();
        sent.GetProperty("text").GetProperty("format").GetRawText().ShouldBe("""{"type":"json_schema","name":"n","schema":{"type":"object"},"strict":true}""");
        response.Headers.GetValues("x-gateway-dropped").Single().ShouldBe("user, seed, frequency_penalty");

        var choice = Json(await response.Content.ReadAsStringAsync(Cancellation)).GetProperty("choices")[0];
        choice.GetProperty("finish_reason").GetString().ShouldBe("tool_calls");
        choice.GetProperty("message").GetProperty("content").GetString().ShouldBe("hi");
        choice.GetProperty("message").GetProperty("reasoning_content").GetString().ShouldBe("hm");
        choice.GetProperty("message").GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString().ShouldBe("""{"city":"Oslo"}""");
    }

    [Fact]
    public async Task MessagesToResponses_EncryptedReasoningGoesBackToItsMakerOnly()
    {
        await using var upstream = await StartAsync(Answer);
        var resources = ResponsesOnly(upstream, ReasoningSupport.Effort);
        await using var edge = await EdgeHost.StartAsync(resources);
        await using var other = await EdgeHost.StartAsync(resources with
        {
            Providers = [resources.Providers[0] with { Name = "another" }],
            Models = [.. resources.Models.Select(m => m with { Targets = [.. m.Targets.Select(t => t with { Provider = "another" })] })],
        });
        const string First = """{"model":"fast","max_tokens":99,"thinking":{"type":"enabled","budget_tokens":2048},"messages":[{"role":"user","content":"go"}]}""";

        var answer = Json(await (await edge.PostAsync("/v1/messages", First)).Content.ReadAsStringAsync(Cancellation));
        var content = answer.GetProperty("content");
        content.EnumerateArray().Select(b => b.GetProperty("type").GetString()).ShouldBe(["thinking", "text", "tool_use"]);
        var next = $$$"""{"model":"fast","max_tokens":99,"messages":[{"role":"user","content":"go"},{"role":"assistant","content":{{{content.GetRawText()}}}},{"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","content":[{"type":"text","text":"sun"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"aGk="}}]}]}]}""";
        await edge.PostAsync("/v1/messages", next);
        var elsewhere = await other.PostAsync("/v1/messages", next);

        var asked = Json(upstream.Requests.First().Body);
        asked.GetProperty("reasoning").GetRawText().ShouldBe("""{"effort":"low","summary":"auto"}""");
        asked.GetProperty("include")[0].GetString().ShouldBe("reasoning.encrypted_content");
        var input = Json(upstream.Requests.ElementAt(1).Body).GetProperty("input").EnumerateArray().Select(i => i.GetRawText()).ToArray();
        input[1].ShouldBe("""{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"gAAA"}""");
        input[^1].ShouldBe("""{"type":"function_call_output","call_id":"call_1","output":[{"type":"input_text","text":"sun"},{"type":"input_image","detail":"auto","image_url":"data:image/png;base64,aGk="}]}""");
        Json(upstream.Requests.Last().Body).GetProperty("input").EnumerateArray().ShouldAllBe(i => i.GetProperty("type").GetString() != "reasoning");
        elsewhere.Headers.GetValues("x-gateway-dropped").Single().ShouldContain("thinking");
        var usage = answer.GetProperty("usage");
        (usage.GetProperty("input_tokens").GetInt64(), usage.GetProperty("cache_read_input_tokens").GetInt64(), usage.GetProperty("output_tokens").GetInt64()).ShouldBe((5, 4, 7));
    }

    [Fact]
    public async Task EveryClientsStream_FromAResponsesStream_FollowsItsGrammar()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.StreamAsync(context, Stream());
        await using var edge = await EdgeHost.StartAsync(ResponsesOnly(upstream));

        var chat = await BodyAsync(edge, "/v1/chat/completions", """{"model":"fast","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"go"}]}""");
        var messages = await BodyAsync(edge, "/v1/messages", """{"model":"fast","stream":true,"max_tokens":99,"messages":[{"role":"user","content":"go"}]}""");
        var gemini = await BodyAsync(edge, "/v1beta/models/fast:streamGenerateContent?alt=sse", """{"contents":[{"role":"user","parts":[{"text":"go"}]}]}""");
        var native = await BodyAsync(edge, "/v1/responses", """{"model":"fast","stream":true,"input":"go"}""");

        new ChatGrammar(usage: true).Check(chat).ShouldBeEmpty();
        new MessagesGrammar().Check(messages).ShouldBeEmpty();
        new GeminiGrammar().Check(gemini).ShouldBeEmpty();
        new ResponsesGrammar().Check(native).ShouldBeEmpty();
        foreach (var stream in new[] { chat, messages, gemini })
        {
            stream.ShouldContain("hm");
            stream.ShouldContain("call_1");
        }

        chat.ShouldContain("\"finish_reason\":\"tool_calls\"");
        messages.ShouldContain("responses-p1.rs_1:gAAA");
    }

    [Fact]
    public async Task StreamWithoutDeltas_IsReadFromItsDoneEvents()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.StreamAsync(context,
            [.. Stream().Where(e => !e.Contains(".delta", StringComparison.Ordinal) && !e.Contains("_part.", StringComparison.Ordinal) && !e.Contains("text.done", StringComparison.Ordinal))]);
        await using var edge = await EdgeHost.StartAsync(ResponsesOnly(upstream));

        var chat = await BodyAsync(edge, "/v1/chat/completions", """{"model":"fast","stream":true,"messages":[{"role":"user","content":"go"}]}""");

        new ChatGrammar().Check(chat).ShouldBeEmpty();
        chat.ShouldContain("\"content\":\"hi\"");
        chat.ShouldContain("Oslo");
    }

    [Theory]
    [InlineData("max_output_tokens", "length")]
    [InlineData("content_filter", "content_filter")]
    public async Task IncompleteResponse_KeepsItsMeaning(string reason, string finish)
    {
        await using var upstream = await StartAsync(Response("incomplete", Message, reason));
        await using var edge = await EdgeHost.StartAsync(ResponsesOnly(upstream));

        var answer = Json(await (await edge.ChatAsync()).Content.ReadAsStringAsync(Cancellation));

        answer.GetProperty("choices")[0].GetProperty("finish_reason").GetString().ShouldBe(finish);
    }

    [Fact]
    public async Task LogProbs_OfAResponse_AreThoseOfAChatCompletion_WholeAndStreamed()
    {
        const string Token = """{"token":"hi","logprob":-0.5,"bytes":[104,105],"top_logprobs":[{"token":"ho","logprob":-1.5,"bytes":[104,111]}]}""";
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, n) => n == 1
            ? ScriptedUpstream.JsonAsync(context, 200, Response("completed", Message.Replace("\"logprobs\":[]", $"\"logprobs\":[{Token}]", StringComparison.Ordinal)))
            : ScriptedUpstream.StreamAsync(context, [.. Stream().Select(e => e.Replace("\"delta\":\"hi\"", $"\"delta\":\"hi\",\"logprobs\":[{Token}]", StringComparison.Ordinal))]);
        await using var edge = await EdgeHost.StartAsync(ResponsesOnly(upstream));
        const string Asked = """{"model":"fast","logprobs":true,"top_logprobs":1,"messages":[{"role":"user","content":"go"}]""";

        var whole = await BodyAsync(edge, "/v1/chat/completions", $"{Asked}}}");
        var stream = await BodyAsync(edge, "/v1/chat/completions", $"{Asked},\"stream\":true}}");

        var sent = Json(upstream.Requests.First().Body);
        sent.GetProperty("include").GetRawText().ShouldBe("""["message.output_text.logprobs"]""");
        sent.GetProperty("top_logprobs").GetInt32().ShouldBe(1);
        Json(whole).GetProperty("choices")[0].GetProperty("logprobs").GetProperty("content").GetRawText().ShouldBe($"[{Token}]");
        new ChatGrammar().Check(stream).ShouldBeEmpty();
        stream.ShouldContain(Token);
    }

    [Theory]
    [InlineData("""{"id":"resp_1","object":"response","status":"failed","error":{"code":"server_error","message":"x"},"output":[]}""")]
    [InlineData("""{"id":"resp_1","object":"response","status":"queued","output":[]}""")]
    [InlineData("""{"object":"list"}""")]
    public async Task ResponseThatIsNoAnswer_IsTheTargetsFault(string body)
    {
        await using var bad = await StartAsync(body);
        await using var good = await StartAsync(Answer);
        await using var edge = await EdgeHost.StartAsync(ResponsesOnly(bad, good));

        var response = await edge.ChatAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.GetValues("x-gateway-provider").Single().ShouldStartWith("p2/");
    }

    [Theory]
    [InlineData("\"n\":2", "n")]
    public async Task WhatTheApiCannotSay_IsA400NamingTheField(string member, string field)
    {
        await using var upstream = await StartAsync(Answer);
        await using var edge = await EdgeHost.StartAsync(ResponsesOnly(upstream));

        var response = await edge.PostAsync("/v1/chat/completions", $$"""{"model":"fast","messages":[{"role":"user","content":"go"}],{{member}}}""");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        Json(await response.Content.ReadAsStringAsync(Cancellation)).GetProperty("error").GetProperty("param").GetString().ShouldBe(field);
    }

    private static async Task<string> BodyAsync(EdgeHost edge, string path, string body) =>
        await (await edge.PostAsync(path, body)).Content.ReadAsStringAsync(Cancellation);

    private static async Task<ScriptedUpstream> StartAsync(string answer)
    {
        var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 200, answer);
        return upstream;
    }

    private static ResourceSet ResponsesOnly(ScriptedUpstream upstream, ReasoningSupport reasoning) =>
        TestResources.With(TestResources.For(upstream), new Capabilities { Api = [ModelApi.Responses], Reasoning = reasoning });

    private static ResourceSet ResponsesOnly(params ScriptedUpstream[] upstreams) =>
        TestResources.With(TestResources.For(upstreams), new Capabilities { Api = [ModelApi.Responses] });

    private static string Response(string status, string output, string? reason = null) =>
        $$"""{"id":"resp_1","object":"response","created_at":1,"status":"{{status}}","error":null,"incomplete_details":{{(reason is null ? "null" : $"{{\"reason\":\"{reason}\"}}")}},"model":"gpt","output":[{{output}}],"usage":{{(status == "in_progress" ? "null" : Usage)}}}""";

    private static string[] Stream()
    {
        (string Type, string Members)[] events =
        [
            ("created", $"\"response\":{Response("in_progress", "")}"),
            ("output_item.added", "\"output_index\":0,\"item\":{\"id\":\"rs_1\",\"type\":\"reasoning\",\"summary\":[]}"),
            ("reasoning_summary_part.added", "\"item_id\":\"rs_1\",\"output_index\":0,\"summary_index\":0,\"part\":{\"type\":\"summary_text\",\"text\":\"\"}"),
            ("reasoning_summary_text.delta", "\"item_id\":\"rs_1\",\"output_index\":0,\"summary_index\":0,\"delta\":\"hm\""),
            ("reasoning_summary_text.done", "\"item_id\":\"rs_1\",\"output_index\":0,\"summary_index\":0,\"text\":\"hm\""),
            ("reasoning_summary_part.done", "\"item_id\":\"rs_1\",\"output_index\":0,\"summary_index\":0,\"part\":{\"type\":\"summary_text\",\"text\":\"hm\"}"),
            ("output_item.done", $"\"output_index\":0,\"item\":{Reasoning}"),
            ("output_item.added", "\"output_index\":1,\"item\":{\"id\":\"msg_1\",\"type\":\"message\",\"status\":\"in_progress\",\"role\":\"assistant\",\"content\":[]}"),
            ("content_part.added", "\"item_id\":\"msg_1\",\"output_index\":1,\"content_index\":0,\"part\":{\"type\":\"output_text\",\"text\":\"\",\"annotations\":[]}"),
            ("output_text.delta", "\"item_id\":\"msg_1\",\"output_index\":1,\"content_index\":0,\"delta\":\"hi\""),
            ("output_text.done", "\"item_id\":\"msg_1\",\"output_index\":1,\"content_index\":0,\"text\":\"hi\""),
            ("content_part.done", "\"item_id\":\"msg_1\",\"output_index\":1,\"content_index\":0,\"part\":{\"type\":\"output_text\",\"text\":\"hi\",\"annotations\":[]}"),
            ("output_item.done", $"\"output_index\":1,\"item\":{Message}"),
            ("output_item.added", "\"output_index\":2,\"item\":{\"id\":\"fc_1\",\"type\":\"function_call\",\"status\":\"in_progress\",\"call_id\":\"call_1\",\"name\":\"weather\",\"arguments\":\"\"}"),
            ("function_call_arguments.delta", "\"item_id\":\"fc_1\",\"output_index\":2,\"delta\":\"{\\\"city\\\":\\\"Oslo\\\"}\""),
            ("function_call_arguments.done", "\"item_id\":\"fc_1\",\"output_index\":2,\"arguments\":\"{\\\"city\\\":\\\"Oslo\\\"}\""),
            ("output_item.done", $"\"output_index\":2,\"item\":{Call}"),
            ("completed", $"\"response\":{Answer}"),
        ];
        return [.. events.Select((e, i) => $"event: response.{e.Type}\ndata: {{\"type\":\"response.{e.Type}\",\"sequence_number\":{i},{e.Members}}}\n\n")];
    }

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
