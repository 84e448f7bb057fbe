using System.Text.Json;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.OpenAIChat;

/// <summary>Reads chat completion chunks.</summary>
internal sealed class ChatStreamDecoder : StreamDecoder
{
    private readonly Dictionary<int, Choice> _choices = [];
    private bool _started;
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
            meaning |= ReadChoice(choice, steps);
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
        var candidate = (int)(choice.Whole("index") ?? 0);
        if (!_choices.TryGetValue(candidate, out var state))
        {
            _choices.Add(candidate, state = new Choice());
        }

        if (choice.Has("delta", out var delta))
        {
            Add(steps, StreamPartKind.Reasoning, delta.Text("reasoning_content"));
            Add(steps, StreamPartKind.Text, delta.Text("content"), ChatLogProbs.Read(choice));
            steps.AddRange(ChatCitations.Read(delta).Select(c => new StreamPart(StreamPartKind.Citation, Citation: c)));
            Add(steps, StreamPartKind.Refusal, delta.Text("refusal"));
            state.Refused |= delta.Text("refusal") is { Length: > 0 };
            foreach (var (call, _) in delta.Items("tool_calls"))
            {
                ReadCall(call, state, steps);
            }
        }

        if (choice.Text("finish_reason") is { Length: > 0 } reason)
        {
            var stop = ChatWords.Stop(reason);
            steps.Add(new StreamPart(StreamPartKind.Finish, Stop: stop != StopKind.Stop ? stop : state.Refused ? StopKind.Refusal : state.Calls.Count > 0 ? StopKind.ToolCalls : stop));
        }

        for (var i = before; candidate > 0 && i < steps.Count; i++)
        {
            steps[i] = steps[i] with { Candidate = candidate };
        }

        return steps.Count > before ? Content : EventMeaning.None;
    }

    private static void ReadCall(JsonElement call, Choice choice, List<StreamPart> steps)
    {
        var key = call.Whole("index") ?? 0;
        call.Has("function", out var function);
        if (!choice.Calls.TryGetValue(key, out var index))
        {
            index = choice.Calls.Count;
            choice.Calls.Add(key, index);
            steps.Add(new StreamPart(
                StreamPartKind.ToolStart, index, Id: call.Text("id") ?? $"call_{index}", Name: function.ValueKind == JsonValueKind.Object ? function.Text("name") : ""));
        }

        if (function.ValueKind == JsonValueKind.Object && function.Text("arguments") is { Length: > 0 } arguments)
        {
            steps.Add(new StreamPart(StreamPartKind.ToolArguments, index, arguments));
        }
    }

    private static void Add(List<StreamPart> steps, StreamPartKind kind, string? text, IReadOnlyList<TokenProbability>? logProbs = null)
    {
        if (!string.IsNullOrEmpty(text))
        {
            steps.Add(new StreamPart(kind, Text: text) { LogProbs = logProbs });
        }
    }

    private sealed class Choice
    {
        /// <summary>By the provider's index, counted up from 0 as they come.</summary>
        public Dictionary<long, int> Calls { get; } = [];

        public bool Refused { get; set; }
    }
}
