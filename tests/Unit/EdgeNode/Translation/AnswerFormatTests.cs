using System.Net;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Translation;

public class AnswerFormatTests
{
    private const string Chat = "/v1/chat/completions";
    private const string Schema = """{"type":"object","properties":{"city":{"$ref":"#/$defs/c"},"note":{"anyOf":[{"type":"string"},{"type":"null"}]},"n":{"type":"integer","minimum":1}},"required":["city"],"$defs":{"c":{"type":"string","const":"Oslo","minLength":2}}}""";

    private const string Text =
        """{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":"{}"}],"stop_reason":"end_turn","usage":{"input_tokens":5,"output_tokens":2}}""";

    private const string Called =
        """{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":"Here:"},{"type":"tool_use","id":"t1","name":"place","input":{"city":"Oslo"}}],"stop_reason":"tool_use","usage":{"input_tokens":5,"output_tokens":2}}""";

    private static readonly Capabilities ByTool = new() { Schema = SchemaSupport.Tool };

    private static readonly string Streamed = Calls.Stream(
        """{"type":"message_start","message":{"id":"msg_1","model":"claude","usage":{"input_tokens":5,"output_tokens":1}}}""",
        """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Here:"}}""",
        """{"type":"content_block_stop","index":0}""",
        """{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t1","name":"place","input":{}}}""",
        """{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"city\":"}}""",
        """{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"\"Oslo\"}"}}""",
        """{"type":"content_block_stop","index":1}""",
        """{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":9}}""",
        """{"type":"message_stop"}""");

    [Fact]
    public async Task Schema_TowardsAnthropicsOwnField_IsClosedAndInlined()
    {
        var calls = await Calls.MakeAsync(ProviderFormat.Anthropic, Chat, Request(Schema), Text);

        calls.Sent.GetProperty("output_config").GetProperty("format").GetProperty("schema").GetRawText().ShouldBe(
            """{"type":"object","properties":{"city":{"type":"string","enum":["Oslo"]},"note":{"type":["string","null"]},"n":{"type":"integer"}},"required":["city"],"additionalProperties":false}""");
        calls.Sent.TryGetProperty("tools", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Schema_WhereAToolStandsIn_ClientSeesTextAndStop()
    {
        var calls = await Calls.MakeAsync(ProviderFormat.Anthropic, Chat, Request(Schema), Called, ByTool);

        calls.Sent.GetProperty("tools")[0].GetProperty("name").GetString().ShouldBe("place");
        calls.Sent.GetProperty("tool_choice").GetRawText().ShouldBe("""{"type":"tool","name":"place","disable_parallel_tool_use":true}""");
        var choice = calls.Answer.GetProperty("choices")[0];
        choice.GetProperty("finish_reason").GetString().ShouldBe("stop");
        choice.GetProperty("message").GetProperty("content").GetString().ShouldBe("""{"city":"Oslo"}""");
        choice.GetProperty("message").TryGetProperty("tool_calls", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Stream_WhereAToolStandsIn_ClientSeesTextAndStop()
    {
        var calls = await Calls.MakeAsync(ProviderFormat.Anthropic, Chat, Request(Schema, """,  "stream":true"""), Streamed, ByTool);

        var choices = calls.Events.Select(e => e.GetProperty("choices")[0]).ToArray();
        string.Concat(choices.Select(c => c.GetProperty("delta").TryGetProperty("content", out var text) ? text.GetString() : "")).ShouldBe("""{"city":"Oslo"}""");
        choices[^1].GetProperty("finish_reason").GetString().ShouldBe("stop");
        calls.Text.ShouldNotContain("tool_calls");
    }

    [Fact]
    public async Task AnyObject_TowardsAnthropic_GoesThroughATool()
    {
        var calls = await Calls.MakeAsync(
            ProviderFormat.Anthropic, Chat, """{"model":"fast","messages":[{"role":"user","content":"json"}],"response_format":{"type":"json_object"}}""", Called.Replace("place", "json_answer"));

        calls.Sent.GetProperty("tools")[0].GetProperty("input_schema").GetRawText().ShouldBe("""{"type":"object"}""");
        calls.Answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString().ShouldBe("""{"city":"Oslo"}""");
    }

    [Fact]
    public async Task Schema_BesideTheClientsTools_LeavesTheModelTheChoice()
    {
        const string Tools = """, "tools":[{"type":"function","function":{"name":"weather"}}]""";
        var answer = await Calls.MakeAsync(ProviderFormat.Anthropic, Chat, Request(Schema, Tools), Called, ByTool);
        var call = await Calls.MakeAsync(ProviderFormat.Anthropic, Chat, Request(Schema, Tools), Called.Replace("\"place\"", "\"weather\""), ByTool);

        answer.Sent.GetProperty("tool_choice").GetProperty("type").GetString().ShouldBe("any");
        answer.Answer.GetProperty("choices")[0].GetProperty("finish_reason").GetString().ShouldBe("stop");
        call.Answer.GetProperty("choices")[0].GetProperty("finish_reason").GetString().ShouldBe("tool_calls");
        call.Answer.GetProperty("choices")[0].GetProperty("message").GetProperty("tool_calls")[0].GetProperty("function").GetProperty("name").GetString().ShouldBe("weather");
    }

    [Fact]
    public async Task Schema_BesideToolsTowardsGemini_GoesThroughATool()
    {
        const string Answer =
            """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"place","args":{"city":"Oslo"}}}]},"finishReason":"STOP"}],"responseId":"abcdefgh1234"}""";

        var calls = await Calls.MakeAsync(ProviderFormat.Gemini, Chat, Request(Schema, """, "tools":[{"type":"function","function":{"name":"weather"}}]"""), Answer);

        calls.Sent.GetProperty("toolConfig").GetProperty("functionCallingConfig").GetProperty("mode").GetString().ShouldBe("ANY");
        calls.Sent.GetProperty("generationConfig").TryGetProperty("responseSchema", out _).ShouldBeFalse();
        calls.Answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString().ShouldBe("""{"city":"Oslo"}""");
        calls.Answer.GetProperty("choices")[0].GetProperty("finish_reason").GetString().ShouldBe("stop");
    }

    [Fact]
    public async Task Schema_WhereTheTargetHasNone_IsA400NamingTheField()
    {
        var calls = await Calls.MakeAsync(ProviderFormat.Anthropic, Chat, Request(Schema), Text, new Capabilities { Schema = SchemaSupport.None });

        calls.Response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        calls.Answer.GetProperty("error").GetProperty("param").GetString().ShouldBe("response_format");
    }

    [Fact]
    public async Task AnthropicsFormat_TowardsOpenAI_IsTheirs()
    {
        var calls = await Calls.MakeAsync(
            ProviderFormat.OpenAI, "/v1/messages",
            """{"model":"fast","max_tokens":9,"messages":[{"role":"user","content":"go"}],"output_config":{"effort":"max","format":{"type":"json_schema","schema":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}}}}""",
            ScriptedUpstream.Completion, new Capabilities { Reasoning = ReasoningSupport.Effort });

        calls.Sent.GetProperty("response_format").GetRawText().ShouldBe(
            """{"type":"json_schema","json_schema":{"name":"answer","schema":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false},"strict":true}}""");
        calls.Sent.GetProperty("reasoning_effort").GetString().ShouldBe("high");
        calls.Dropped.ShouldBeEmpty();
    }

    [Fact]
    public async Task AnthropicsFormat_TowardsTheResponsesApi_IsClosed()
    {
        var calls = await Calls.MakeAsync(
            ProviderFormat.OpenAI, "/v1/messages",
            """{"model":"fast","max_tokens":99,"messages":[{"role":"user","content":"go"}],"output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}}}}""",
            "{}", new Capabilities { Api = [ModelApi.Responses] });

        calls.Sent.GetProperty("text").GetProperty("format").GetRawText().ShouldBe(
            """{"type":"json_schema","name":"answer","schema":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false},"strict":true}""");
    }

    [Fact]
    public async Task StrictSchema_WithOptionalProperties_IsAPlainOneTowardsOpenAI()
    {
        var calls = await Calls.MakeAsync(
            ProviderFormat.OpenAI, "/v1/messages",
            """{"model":"fast","max_tokens":9,"messages":[{"role":"user","content":"go"}],"tools":[{"name":"f","strict":true,"input_schema":{"type":"object","properties":{"a":{"type":"string"}}}}]}""",
            ScriptedUpstream.Completion);

        calls.Sent.GetProperty("tools")[0].GetProperty("function").TryGetProperty("strict", out _).ShouldBeFalse();
        calls.Dropped.ShouldBe("strict");
    }

    [Theory]
    [InlineData("""{"anyOf":[{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]},{"type":"object","properties":{"b":{"type":"string"}}}]}""",
        """{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}}}""")]
    [InlineData("""{"$ref":"#/$defs/p","$defs":{"p":{"type":"object","properties":{"a":{"$ref":"#/$defs/p"}},"required":["a"]}}}""",
        """{"type":"object","$defs":{"p":{"type":"object","properties":{"a":{"$ref":"#/$defs/p"}},"required":["a"]}},"properties":{"a":{"$ref":"#/$defs/p"}},"required":["a"]}""")]
    [InlineData("""{"properties":{"a":{"type":"string"}}}""", """{"type":"object","properties":{"a":{"type":"string"}}}""")]
    public async Task ToolsSchema_TowardsAnthropic_HasAnObjectAtItsRoot(string given, string sent)
    {
        var calls = await Calls.MakeAsync(
            ProviderFormat.Anthropic, Chat, $$$"""{"model":"fast","messages":[{"role":"user","content":"go"}],"tools":[{"type":"function","function":{"name":"f","parameters":{{{given}}}}}]}""", Text);

        calls.Sent.GetProperty("tools")[0].GetProperty("input_schema").GetRawText().ShouldBe(sent);
    }

    [Fact]
    public async Task Schema_ThatContainsItself_EndsTowardsAnthropic()
    {
        var calls = await Calls.MakeAsync(
            ProviderFormat.Anthropic, Chat, Request("""{"type":"object","properties":{"next":{"$ref":"#"}},"required":["next"]}"""), Text);

        calls.Response.StatusCode.ShouldBe(HttpStatusCode.OK);
        calls.Sent.GetProperty("output_config").GetRawText().ShouldNotContain("$ref");
    }

    private static string Request(string schema, string more = "") =>
        $$$"""{"model":"fast","messages":[{"role":"user","content":"go"}],"response_format":{"type":"json_schema","json_schema":{"name":"place","schema":{{{schema}}}}}{{{more}}}}""";
}
