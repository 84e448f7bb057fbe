using System.Text.Json;
using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.AnthropicMessages;

/// <summary>Reads the events of a messages stream.</summary>
internal sealed class MessagesStreamDecoder : StreamDecoder
{
    private readonly MessagesStreamInspector _inspector = new();
    private readonly Dictionary<long, int> _calls = [];
    private int _said;
    private int _blockStart;

    public override EventMeaning Decode(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, List<StreamPart> steps)
    {
        var meaning = _inspector.Inspect(name, data);
        if ((meaning & EventMeaning.Error) != 0)
        {
            return meaning;
        }

        var reader = new Utf8JsonReader(data);
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        switch (root.Text("type"))
        {
            case "message_start" when root.Has("message", out var message):
                steps.Add(new StreamPart(StreamPartKind.Start, Id: message.Text("id"), Name: message.Text("model")));
                break;
            case "content_block_start" when root.Has("content_block", out var block):
                ReadStart(root.Whole("index") ?? 0, block, steps);
                break;
            case "content_block_delta" when root.Has("delta", out var delta):
                ReadDelta(root.Whole("index") ?? 0, delta, steps);
                break;
            case "message_delta" when root.Has("delta", out var last):
                if (last.Text("stop_reason") is { } reason)
                {
                    var stop = MessagesWords.Stop(reason);
                    steps.Add(new StreamPart(StreamPartKind.Finish, Stop: stop == StopKind.Stop && _calls.Count > 0 ? StopKind.ToolCalls : stop));
                }

                steps.Add(new StreamPart(StreamPartKind.Usage, Usage: _inspector.Usage));
                break;
            case "message_stop":
                steps.Add(new StreamPart(StreamPartKind.End));
                break;
        }

        return meaning;
    }

    private void ReadStart(long block, JsonElement content, List<StreamPart> steps)
    {
        _blockStart = _said;
        switch (content.Text("type"))
        {
            case "tool_use":
                var index = _calls.Count;
                _calls[block] = index;
                steps.Add(new StreamPart(StreamPartKind.ToolStart, index, Id: content.Text("id"), Name: content.Text("name")));
                break;
            case "redacted_thinking" when content.Text("data") is { Length: > 0 } data:
                steps.Add(new StreamPart(StreamPartKind.RedactedReasoning, Text: data));
                break;
            case "text" when content.Text("text") is { Length: > 0 } text:
                steps.Add(new StreamPart(StreamPartKind.Text, Text: text));
                _said += text.Length;
                break;
        }
    }

    private void ReadDelta(long block, JsonElement delta, List<StreamPart> steps)
    {
        switch (delta.Text("type"))
        {
            case "text_delta":
                steps.Add(new StreamPart(StreamPartKind.Text, Text: delta.Text("text") ?? ""));
                _said += delta.Text("text")?.Length ?? 0;
                break;
            case "citations_delta" when delta.Has("citation", out var source) && MessagesCitations.Read(source, _blockStart, _said) is { } citation:
                steps.Add(new StreamPart(StreamPartKind.Citation, Citation: citation));
                break;
            case "thinking_delta":
                steps.Add(new StreamPart(StreamPartKind.Reasoning, Text: delta.Text("thinking") ?? ""));
                break;
            case "signature_delta":
                steps.Add(new StreamPart(StreamPartKind.ReasoningSignature, Text: delta.Text("signature") ?? ""));
                break;
            case "input_json_delta" when _calls.TryGetValue(block, out var index) && delta.Text("partial_json") is { Length: > 0 } fragment:
                steps.Add(new StreamPart(StreamPartKind.ToolArguments, index, fragment));
                break;
        }
    }
}
