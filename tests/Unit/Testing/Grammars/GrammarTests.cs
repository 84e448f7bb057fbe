using GlobalGateway.Testing.Grammars;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Testing.Grammars;

/// <summary>Each grammar takes a right stream and refuses every seeded fault of it.</summary>
public class GrammarTests
{
    private static readonly string[] Chat =
    [
        Chunk("""{"role":"assistant","content":""}"""), Chunk("""{"content":"a"}"""),
        Chunk("""{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":""}}]}"""),
        Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}"""),
        Chunk("{}", "tool_calls"),
        """{"id":"x","object":"chat.completion.chunk","model":"m","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}""",
        "[DONE]",
    ];

    private static readonly string[] Messages =
    [
        """{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","content":[],"stop_reason":null,"usage":{"input_tokens":1}}}""",
        """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}}""",
        """{"type":"content_block_stop","index":0}""",
        """{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}""",
        """{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{}"}}""",
        """{"type":"content_block_stop","index":1}""",
        """{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":2}}""",
        """{"type":"message_stop"}""",
    ];

    private static readonly string[] Gemini =
    [
        """{"candidates":[{"content":{"role":"model","parts":[{"text":"a"}]},"index":0}],"modelVersion":"m","responseId":"r"}""",
        """{"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":"f","args":{}}}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":1},"modelVersion":"m","responseId":"r"}""",
    ];

    private const string Item0 = """{"id":"i0","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"ab","annotations":[]}]}""";
    private const string Item1 = """{"id":"i1","type":"function_call","status":"completed","call_id":"c","name":"f","arguments":"{}"}""";

    private static readonly string[] Responses =
    [
        """{"type":"response.created","sequence_number":0,"response":{"id":"r","object":"response","status":"in_progress","output":[]}}""",
        """{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"id":"i0","type":"message"}}""",
        """{"type":"response.content_part.added","sequence_number":2,"item_id":"i0","output_index":0,"content_index":0,"part":{"type":"output_text","text":""}}""",
        """{"type":"response.output_text.delta","sequence_number":3,"item_id":"i0","output_index":0,"content_index":0,"delta":"a"}""",
        """{"type":"response.output_text.delta","sequence_number":4,"item_id":"i0","output_index":0,"content_index":0,"delta":"b"}""",
        """{"type":"response.output_text.done","sequence_number":5,"item_id":"i0","output_index":0,"content_index":0,"text":"ab"}""",
        """{"type":"response.content_part.done","sequence_number":6,"item_id":"i0","output_index":0,"content_index":0,"part":{"type":"output_text","text":"ab"}}""",
        $$"""{"type":"response.output_item.done","sequence_number":7,"output_index":0,"item":{{Item0}}}""",
        """{"type":"response.output_item.added","sequence_number":8,"output_index":1,"item":{"id":"i1","type":"function_call"}}""",
        """{"type":"response.function_call_arguments.delta","sequence_number":9,"item_id":"i1","output_index":1,"delta":"{}"}""",
        """{"type":"response.function_call_arguments.done","sequence_number":10,"item_id":"i1","output_index":1,"arguments":"{}"}""",
        $$"""{"type":"response.output_item.done","sequence_number":11,"output_index":1,"item":{{Item1}}}""",
        $$$$"""{"type":"response.completed","sequence_number":12,"response":{"id":"r","object":"response","status":"completed","output":[{{{{Item0}}}},{{{{Item1}}}}],"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}}""",
    ];

    [Fact]
    public void RightStreams_ObeyTheirGrammar()
    {
        new ChatGrammar(usage: true).Check(Plain(Chat)).ShouldBeEmpty();
        new MessagesGrammar().Check(Named(Messages)).ShouldBeEmpty();
        new GeminiGrammar().Check(Plain(Gemini)).ShouldBeEmpty();
        new GeminiGrammar(array: true).Check($"[{string.Join(",\r\n", Gemini)}]").ShouldBeEmpty();
        new ResponsesGrammar().Check(Named(Responses)).ShouldBeEmpty();
    }

    /// <summary>An event that is lost, comes twice, or comes before its predecessor is a fault, whichever it is.</summary>
    [Fact]
    public void LostDoubledAndSwappedEvents_AreRefused()
    {
        Sweep(Messages, e => new MessagesGrammar().Check(Named(e)), except: [(Change.Double, 2), (Change.Double, 5), (Change.Lose, 2), (Change.Lose, 5)]);
        Sweep(Responses, e => new ResponsesGrammar().Check(Named(e)), except: []);
        Sweep(Chat, e => new ChatGrammar(usage: true).Check(Plain(e)), except: [(Change.Lose, 1), (Change.Double, 1), (Change.Swap, 1)]);
        Sweep(Gemini, e => new GeminiGrammar().Check(Plain(e)), except: [(Change.Lose, 0), (Change.Double, 0)]);
    }

    [Theory]
    [InlineData("\"index\":0,\"id\"", "\"index\":1,\"id\"")]
    [InlineData("\"id\":\"c1\",", "")]
    [InlineData("\"arguments\":\"{}\"", "\"arguments\":\"{\"")]
    [InlineData("\"finish_reason\":\"tool_calls\"", "\"finish_reason\":\"stop\"")]
    [InlineData("\"role\":\"assistant\",", "")]
    [InlineData("{\"content\":\"a\"}", "{\"role\":\"assistant\",\"content\":\"a\"}")]
    [InlineData("\"total_tokens\":3", "\"total_tokens\":4")]
    [InlineData("\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":[]", "\"id\":\"y\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":[]")]
    [InlineData("chat.completion.chunk", "chat.completion")]
    public void Chat_SeededFault_IsRefused(string from, string to) => Refuses(new ChatGrammar(usage: true), Plain(Chat), from, to);

    [Theory]
    [InlineData("\"index\":1", "\"index\":2")]
    [InlineData("\"stop_reason\":\"tool_use\"", "\"stop_reason\":\"end_turn\"")]
    [InlineData("text_delta", "thinking_delta")]
    [InlineData("\"partial_json\":\"{}\"", "\"partial_json\":\"{\"")]
    [InlineData("event: content_block_stop\n", "")]
    [InlineData("\"id\":\"t\",", "")]
    [InlineData(",\"usage\":{\"output_tokens\":2}", "")]
    public void Messages_SeededFault_IsRefused(string from, string to) => Refuses(new MessagesGrammar(), Named(Messages), from, to);

    [Theory]
    [InlineData("\"finishReason\":\"STOP\",", "")]
    [InlineData("\"parts\":[{\"text\":\"a\"}]},", "\"parts\":[{\"text\":\"a\"}]},\"finishReason\":\"STOP\",")]
    [InlineData("\"args\":{}", "\"args\":\"{}\"")]
    [InlineData("data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\"", "data: [DONE]\n\ndata: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\"")]
    [InlineData("\"usageMetadata\":{\"promptTokenCount\":1},", "")]
    public void Gemini_SeededFault_IsRefused(string from, string to) => Refuses(new GeminiGrammar(), Plain(Gemini), from, to);

    [Theory]
    [InlineData("\"sequence_number\":4", "\"sequence_number\":3")]
    [InlineData("\"text\":\"ab\"}", "\"text\":\"a\"}")]
    [InlineData("\"output_index\":1,\"item\"", "\"output_index\":0,\"item\"")]
    [InlineData("\"item_id\":\"i1\"", "\"item_id\":\"i0\"")]
    [InlineData("\"arguments\":\"{}\"}", "\"arguments\":\"{\"}")]
    [InlineData("\"status\":\"completed\",\"output\"", "\"status\":\"in_progress\",\"output\"")]
    [InlineData("\"call_id\":\"c\",", "")]
    [InlineData("\"response\":{\"id\":\"r\",\"object\":\"response\",\"status\":\"completed\"", "\"response\":{\"id\":\"s\",\"object\":\"response\",\"status\":\"completed\"")]
    [InlineData("\"total_tokens\":3", "\"total_tokens\":9")]
    [InlineData("event: response.output_text.done", "event: response.output_text.delta")]
    public void Responses_SeededFault_IsRefused(string from, string to) => Refuses(new ResponsesGrammar(), Named(Responses), from, to);

    [Fact]
    public void StreamThatFails_EndsWithItsErrorAndNothingElse()
    {
        var failed = Named([.. Responses[..4], """{"type":"error","sequence_number":4,"code":"x","message":"y","param":null}"""]);

        new ResponsesGrammar().Check(failed, StreamEnd.Error).ShouldBeEmpty();
        new ResponsesGrammar().Check(failed).ShouldNotBeEmpty();
        new ResponsesGrammar().Check(Named(Responses), StreamEnd.Error).ShouldNotBeEmpty();
        new ChatGrammar(usage: true).Check(Plain([.. Chat[..3], """{"error":{"message":"y"}}"""]), StreamEnd.Error).ShouldBeEmpty();
        new ChatGrammar(usage: true).Check(Plain([.. Chat[..3], """{"error":{"message":"y"}}""", "[DONE]"]), StreamEnd.Error).ShouldNotBeEmpty();
        new MessagesGrammar().Check(Named([.. Messages[..3], """{"type":"error","error":{"type":"api_error","message":"y"}}"""]), StreamEnd.Error).ShouldBeEmpty();
        new GeminiGrammar(array: true).Check($$$"""[{{{Gemini[0]}}},{"error":{"code":502,"message":"y","status":"INTERNAL"}}]""", StreamEnd.Error).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("data: {\"a\":1}\n")]
    [InlineData("data {}\n\n")]
    [InlineData("data: {\"choices\":\n\n")]
    public void BrokenFraming_IsRefused(string stream) => new ChatGrammar().Check(stream).ShouldNotBeEmpty();

    private enum Change
    {
        Lose,
        Double,
        Swap,
    }

    private static void Sweep(string[] right, Func<IEnumerable<string>, IReadOnlyList<string>> check, (Change, int)[] except)
    {
        for (var i = 0; i < right.Length; i++)
        {
            foreach (var change in Enum.GetValues<Change>())
            {
                if (except.Contains((change, i)) || change == Change.Swap && i + 1 == right.Length)
                {
                    continue;
                }

                string[] wrong = change switch
                {
                    Change.Lose => [.. right[..i], .. right[(i + 1)..]],
                    Change.Double => [.. right[..(i + 1)], .. right[i..]],
                    _ => [.. right[..i], right[i + 1], right[i], .. right[(i + 2)..]],
                };
                check(wrong).ShouldNotBeEmpty($"{change} event {i}: {right[i]}");
            }
        }
    }

    private static void Refuses(StreamGrammar grammar, string right, string from, string to)
    {
        right.ShouldContain(from);
        grammar.Check(right.Replace(from, to, StringComparison.Ordinal)).ShouldNotBeEmpty();
    }

    private static string Chunk(string delta, string? finish = null) =>
        $$"""{"id":"x","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{(finish is null ? "null" : $"\"{finish}\"")}}}]}""";

    private static string Plain(IEnumerable<string> events) => string.Concat(events.Select(e => $"data: {e}\n\n"));

    private static string Named(IEnumerable<string> events) =>
        string.Concat(events.Select(e => $"event: {e[(e.IndexOf(':', StringComparison.Ordinal) + 2)..e.IndexOf('"', e.IndexOf(':', StringComparison.Ordinal) + 2)]}\ndata: {e}\n\n"));
}
