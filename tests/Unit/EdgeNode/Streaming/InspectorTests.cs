using System.Buffers;
using System.Text;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Streaming;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Streaming;

public class InspectorTests
{
    private const EventMeaning Content = EventMeaning.Semantic | EventMeaning.Progress;

    [Theory]
    [InlineData("""{"choices":[{"delta":{"role":"assistant","content":""}}]}""", EventMeaning.None)]
    [InlineData("""{"choices":[{"delta":{"content":"x"}}]}""", Content)]
    [InlineData("""{"choices":[{"delta":{"refusal":"no"}}]}""", Content)]
    [InlineData("""{"choices":[{"delta":{"reasoning_content":"hm"}}]}""", Content)]
    [InlineData("""{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"f"}}]}}]}""", Content)]
    [InlineData("""{"choices":[{"delta":{"tool_calls":[]}}]}""", EventMeaning.None)]
    [InlineData("""{"choices":[{"delta":{},"finish_reason":"stop"}]}""", Content)]
    [InlineData("""{"choices":[],"prompt_filter_results":[{}]}""", EventMeaning.Withheld)]
    [InlineData("""{"id":"","choices":[{"index":0,"delta":{},"content_filter_offsets":{"start_offset":0},"finish_reason":null}]}""", EventMeaning.Withheld)]
    [InlineData("""{"id":"","choices":[{"index":0,"content_filter_results":{},"finish_reason":null}]}""", EventMeaning.Withheld)]
    [InlineData("""{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}""", EventMeaning.Progress | EventMeaning.Withheld)]
    [InlineData("""{"error":{"message":"x"}}""", EventMeaning.Error)]
    [InlineData("""{"choices":[{"delta":{"content":7}}]}""", EventMeaning.None)]
    [InlineData("""{"choices":"x"}""", EventMeaning.None)]
    [InlineData("""[1]""", EventMeaning.Malformed)]
    [InlineData("""{"choices":[""", EventMeaning.Malformed)]
    [InlineData("[DONE]", EventMeaning.Terminator | EventMeaning.Progress)]
    public void Chat_Event_Means(string data, EventMeaning meaning) =>
        Inspect(Operation.ChatCompletions, $"data: {data}\n\n").ShouldBe(meaning);

    [Fact]
    public void Chat_EmptyChoices_ReachAzuresClientsOnly() =>
        StreamInspector.For(Operation.ChatCompletions, clientWantsUsage: false, azureClient: true)
            .Inspect(Event("""{"choices":[],"prompt_filter_results":[{}]}""")).ShouldBe(EventMeaning.None);

    [Theory]
    [InlineData("""{"type":"response.created","response":{"usage":null}}""", EventMeaning.None)]
    [InlineData("""{"type":"response.output_item.added","item":{"type":"message"}}""", EventMeaning.None)]
    [InlineData("""{"type":"response.output_item.added","item":{"type":"reasoning","id":"r"}}""", EventMeaning.None)]
    [InlineData("""{"type":"response.output_item.added","item":{"type":"function_call","name":"f"}}""", Content)]
    [InlineData("""{"type":"response.output_text.delta","delta":"x"}""", Content)]
    [InlineData("""{"type":"response.output_text.delta","delta":""}""", EventMeaning.None)]
    [InlineData("""{"type":"response.queued","response":{"status":"queued"}}""", EventMeaning.None)]
    [InlineData("""{"type":"response.in_progress","response":{"output":[]}}""", EventMeaning.None)]
    [InlineData("""{"type":"response.content_part.added","part":{"type":"output_text","text":""}}""", EventMeaning.None)]
    [InlineData("""{"type":"response.output_item.added","item":{"type":"web_search_call","id":"ws"}}""", Content)]
    [InlineData("""{"type":"response.reasoning_summary_text.delta","delta":"hm"}""", Content)]
    [InlineData("""{"type":"response.refusal.delta","delta":"no"}""", Content)]
    [InlineData("""{"type":"response.function_call_arguments.delta","delta":"{"}""", Content)]
    [InlineData("""{"type":"response.output_item.done","item":{"type":"message","content":[]}}""", EventMeaning.None)]
    [InlineData("""{"type":"response.incomplete","response":{"status":"incomplete"}}""", Content | EventMeaning.Terminator)]
    [InlineData("""{"type":"response.completed","response":{"usage":{"input_tokens":1,"output_tokens":2}}}""", Content | EventMeaning.Terminator)]
    [InlineData("""{"type":"response.failed"}""", EventMeaning.Error)]
    [InlineData("""{"type":"error","message":"x"}""", EventMeaning.Error)]
    public void Responses_Event_Means(string data, EventMeaning meaning) =>
        Inspect(Operation.Responses, $"data: {data}\n\n").ShouldBe(meaning);

    [Theory]
    [InlineData("""{"type":"message_start","message":{"content":[],"usage":{"input_tokens":3}}}""", EventMeaning.None)]
    [InlineData("""{"type":"content_block_start","content_block":{"type":"text","text":""}}""", EventMeaning.None)]
    [InlineData("""{"type":"content_block_start","content_block":{"type":"tool_use","name":"f","input":{}}}""", Content)]
    [InlineData("""{"type":"content_block_delta","delta":{"type":"text_delta","text":"x"}}""", Content)]
    [InlineData("""{"type":"content_block_delta","delta":{"type":"thinking_delta","thinking":"x"}}""", Content)]
    [InlineData("""{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}""", Content)]
    [InlineData("""{"type":"ping"}""", EventMeaning.None)]
    [InlineData("""{"type":"message_stop"}""", EventMeaning.Terminator | EventMeaning.Progress)]
    [InlineData("""{"type":"error","error":{"type":"overloaded_error"}}""", EventMeaning.Error)]
    public void Messages_Event_Means(string data, EventMeaning meaning) =>
        Inspect(Operation.Messages, $"data: {data}\n\n").ShouldBe(meaning);

    [Fact]
    public void Messages_Usage_IsTheLastOfEachCount()
    {
        var subject = new MessagesStreamInspector();
        subject.Inspect(Event("""{"type":"message_start","message":{"usage":{"input_tokens":3,"cache_read_input_tokens":10,"cache_creation_input_tokens":5,"output_tokens":1}}}"""));
        subject.Inspect(Event("""{"type":"message_delta","delta":{},"usage":{"output_tokens":9}}"""));

        subject.Usage.ShouldBe(new() { Input = 3, CacheRead = 10, CacheWrite = 5, Output = 9 });
    }

    private static EventMeaning Inspect(Operation operation, string text) =>
        new PassThrough(StreamInspector.For(operation, clientWantsUsage: false)).Take(new SseEvent(Encoding.UTF8.GetBytes(text)), new ArrayBufferWriter<byte>());

    private static SseEvent Event(string data) => new(Encoding.UTF8.GetBytes($"data: {data}\n\n"));
}
