using System.Text.Json;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.OpenAIChat;

/// <summary>Reads chat completion chunks. Of several choices only the first is read: no other dialect has more.</summary>
internal sealed class ChatStreamDecoder : StreamDecoder
{
    private readonly Dictionary<long, int> _calls = [];
    private bool _started;
    private bool _called;
    private bool _refused;
    private Usage _usage;

    public override EventMeaning Decode(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, List<StreamPart> steps)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            steps.Add(new StreamPart(StreamPartKind.End));
            return EventMeaning.Terminator | EventMeaning.Progress;
        }

        var reader = new Utf8JsonReader(data);
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        if (root.Has("error", out _) || name.SequenceEqual("error"u8))
        {
            return EventMeaning.Error;
        }

        var meaning = EventMeaning.None;
        if (!_started && root.Text("id") is { Length: > 0 } id)
        {
            _started = true;
            steps.Add(new StreamPart(StreamPartKind.Start, Id: id, Name: root.Text("model")));
        }

        foreach (var (choice, _) in root.Items("choices"))
        {
            if (choice.Whole("index") is null or 0)
            {
                meaning |= ReadChoice(choice, steps);
            }
        }

        if (root.Has("usage", out _))
        {
            _usage = UsageReader.Of(root, "usage"u8, _usage);
            steps.Add(new StreamPart(StreamPartKind.Usage, Usage: _usage));
            meaning |= EventMeaning.Progress;
        }

        return meaning;
    }

    private EventMeaning ReadChoice(JsonElement choice, List<StreamPart> steps)
    {
        const EventMeaning Content = EventMeaning.Semantic | EventMeaning.Progress;
        var before = steps.Count;
        if (choice.Has("delta", out var delta))
        {
            Add(steps, StreamPartKind.Reasoning, delta.Text("reasoning_content"));
            Add(steps, StreamPartKind.Text, delta.Text("content"));
            steps.AddRange(ChatCitations.Read(delta).Select(c => new StreamPart(StreamPartKind.Citation, Citation: c)));
            Add(steps, StreamPartKind.Refusal, delta.Text("refusal"));
            _refused |= delta.Text("refusal") is { Length: > 0 };
            foreach (var (call, _) in delta.Items("tool_calls"))
            {
                ReadCall(call, steps);
            }
        }

        if (choice.Text("finish_reason") is { Length: > 0 } reason)
        {
            var stop = ChatWords.Stop(reason);
            steps.Add(new StreamPart(StreamPartKind.Finish, Stop: stop != StopKind.Stop ? stop : _refused ? StopKind.Refusal : _called ? StopKind.ToolCalls : stop));
        }

        return steps.Count > before ? Content : EventMeaning.None;
    }

    private void ReadCall(JsonElement call, List<StreamPart> steps)
    {
        var key = call.Whole("index") ?? 0;
        call.Has("function", out var function);
        if (!_calls.TryGetValue(key, out var index))
        {
            index = _calls.Count;
            _calls.Add(key, index);
            _called = true;
            steps.Add(new StreamPart(
                StreamPartKind.ToolStart, index, Id: call.Text("id") ?? $"call_{index}", Name: function.ValueKind == JsonValueKind.Object ? function.Text("name") : ""));
        }

        if (function.ValueKind == JsonValueKind.Object && function.Text("arguments") is { Length: > 0 } arguments)
        {
            steps.Add(new StreamPart(StreamPartKind.ToolArguments, index, arguments));
        }
    }

    private static void Add(List<StreamPart> steps, StreamPartKind kind, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            steps.Add(new StreamPart(kind, Text: text));
        }
    }
}
