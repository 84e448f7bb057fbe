using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Translation;
using GlobalGateway.EdgeNode.Translation.Neutral;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Translation;

public class ReasoningLoopTests
{
    private const string Chat = "/v1/chat/completions";
    private const string First = """{"model":"fast","messages":[{"role":"user","content":"go"}]}""";
    private const string Thinking = """{"type":"thinking","thinking":"hm","signature":"c2ln"}""";
    private const string Silent = """{"type":"thinking","thinking":"","signature":"c2ln"}""";
    private const string Redacted = """{"type":"redacted_thinking","data":"cmVk"}""";

    private static readonly Capabilities Thinks = new() { Reasoning = ReasoningSupport.Budget };

    [Theory]
    [InlineData(Thinking)]
    [InlineData(Silent)]
    [InlineData(Thinking + "," + Redacted)]
    [InlineData(Redacted)]
    public async Task AnthropicsThinking_ThroughAChatClientOfStandardFields_ComesBackFirst(string blocks)
    {
        var answer = await Calls.MakeAsync(ProviderFormat.Anthropic, Chat, First, Answer(blocks));

        var next = await Calls.MakeAsync(ProviderFormat.Anthropic, Chat, Next(IdOf(answer)), Answer(blocks), Thinks);

        next.Sent.GetProperty("messages")[1].GetProperty("content").GetRawText()
            .ShouldBe($$$"""[{{{blocks}}},{"type":"text","text":"so"},{"type":"tool_use","id":"toolu_1","name":"f","input":{}}]""");
        next.Sent.GetProperty("messages")[2].GetProperty("content")[0].GetProperty("tool_use_id").GetString().ShouldBe("toolu_1");
        next.Sent.GetProperty("thinking").GetProperty("type").GetString().ShouldBe("enabled");
    }

    [Fact]
    public async Task AnthropicsThinking_InAStream_ComesBackFromTheId()
    {
        var stream = Calls.Stream(
            """{"type":"message_start","message":{"id":"msg_1","model":"claude","usage":{"input_tokens":5,"output_tokens":1}}}""",
            """{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}""",
            """{"type":"content_block_stop","index":0}""",
            """{"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"cmVk"}}""",
            """{"type":"content_block_stop","index":1}""",
            """{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_1","name":"f","input":{}}}""",
            """{"type":"content_block_stop","index":2}""",
            """{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":9}}""",
            """{"type":"message_stop"}""");
        var answer = await Calls.MakeAsync(ProviderFormat.Anthropic, Chat, First.Replace("\"model\"", "\"stream\":true,\"model\""), stream);
        var id = answer.Events.Select(e => e.GetProperty("choices")[0].GetProperty("delta")).First(d => d.TryGetProperty("tool_calls", out _)).GetProperty("tool_calls")[0].GetProperty("id").GetString()!;

        var next = await Calls.MakeAsync(ProviderFormat.Anthropic, Chat, Next(id), Answer(Thinking), Thinks);

        next.Sent.GetProperty("messages")[1].GetProperty("content").EnumerateArray().Take(2).Select(b => b.GetRawText()).ShouldBe([Thinking, Redacted]);
    }

    [Theory]
    [InlineData(ProviderFormat.OpenAI)]
    [InlineData(ProviderFormat.Gemini)]
    public async Task AnthropicsThinking_TowardsAnotherProvider_IsLeftOut(ProviderFormat format)
    {
        var id = IdOf(await Calls.MakeAsync(ProviderFormat.Anthropic, Chat, First, Answer(Thinking)));

        var next = await Calls.MakeAsync(format, Chat, Next(id), ScriptedUpstream.Completion);

        next.Sent.GetRawText().ShouldNotContain("_grs_");
        next.Sent.GetRawText().ShouldNotContain("c2ln");
        if (format == ProviderFormat.OpenAI)
        {
            next.Sent.GetProperty("messages")[1].GetProperty("tool_calls")[0].GetProperty("id").GetString().ShouldBe("toolu_1");
            next.Sent.GetProperty("messages")[2].GetProperty("tool_call_id").GetString().ShouldBe("toolu_1");
        }
    }

    [Fact]
    public async Task LongIds_TowardsOpenAI_AreShortAndStillPair()
    {
        var id = new string('x', 90);

        var calls = await Calls.MakeAsync(
            ProviderFormat.OpenAI, "/v1/messages",
            $$$"""{"model":"fast","max_tokens":9,"messages":[{"role":"user","content":"go"},{"role":"assistant","content":[{"type":"tool_use","id":"{{{id}}}","name":"f","input":{}},{"type":"tool_use","id":"{{{id}}}2","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"{{{id}}}","content":"a"},{"type":"tool_result","tool_use_id":"{{{id}}}2","content":"b"}]}]}""",
            ScriptedUpstream.Completion);

        var messages = calls.Sent.GetProperty("messages");
        string[] sent = [.. messages[1].GetProperty("tool_calls").EnumerateArray().Select(c => c.GetProperty("id").GetString()!)];
        sent.ShouldAllBe(s => s.Length <= 40);
        sent.Distinct().Count().ShouldBe(2);
        messages[2].GetProperty("tool_call_id").GetString().ShouldBe(sent[0]);
        messages[3].GetProperty("tool_call_id").GetString().ShouldBe(sent[1]);
    }

    [Fact]
    public void Put_OfLongThinking_KeepsTheSignatureAndNotTheText()
    {
        var (id, parts) = CarriedReasoning.Take(CarriedReasoning.Put("c1", [new ReasoningPart(new string('t', 50_000), new string('s', 4_000), null, "anthropic")]));

        id.ShouldBe("c1");
        parts.ShouldBe([new ReasoningPart("", new string('s', 4_000), null, "anthropic")]);
    }

    [Fact]
    public void Put_WithNothingThatAProviderKnows_LeavesTheIdAsItIs() =>
        CarriedReasoning.Put("c1", [new ReasoningPart("hm", null, null, "anthropic"), new ReasoningPart("hm", "s", null, null)]).ShouldBe("c1");

    [Theory]
    [InlineData("c1")]
    [InlineData("c1_grs_")]
    [InlineData("c1_grs_!!")]
    [InlineData("c1_grs_AAAA")]
    [InlineData("c1_grs_AXh4eHg")]
    public void Take_OfIdsOfOthers_LeavesThemAsTheyAre(string id)
    {
        var (own, parts) = CarriedReasoning.Take(id);

        own.ShouldBe(id);
        parts.ShouldBeEmpty();
    }

    private static string IdOf(Calls answer) =>
        answer.Answer.GetProperty("choices")[0].GetProperty("message").GetProperty("tool_calls")[0].GetProperty("id").GetString()!;

    private static string Answer(string blocks) =>
        $$$"""{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{{{blocks}}},{"type":"tool_use","id":"toolu_1","name":"f","input":{}}],"stop_reason":"tool_use","usage":{"input_tokens":5,"output_tokens":2}}""";

    private static string Next(string id) =>
        $$$"""{"model":"fast","reasoning_effort":"low","messages":[{"role":"user","content":"go"},{"role":"assistant","content":"so","tool_calls":[{"id":"{{{id}}}","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"{{{id}}}","content":"sun"}]}""";
}
