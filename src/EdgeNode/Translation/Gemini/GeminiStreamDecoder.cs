using System.Text;
using System.Text.Json;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary>Reads the chunks of a stream. It has no end mark of its own: the chunk with a finish reason is the last, and an end without one is a cut.</summary>
internal sealed class GeminiStreamDecoder : StreamDecoder
{
    private readonly StringBuilder _text = new();
    private string? _key;
    private int _calls;
    private Usage _usage;

    public override EventMeaning Decode(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, List<StreamPart> steps)
    {
        var reader = new Utf8JsonReader(data);
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        if (root.Has("error", out _))
        {
            return EventMeaning.Error;
        }

        if (_key is null)
        {
            var id = root.Text("responseId");
            _key = GeminiCallIds.AnswerKey(id);
            steps.Add(new StreamPart(StreamPartKind.Start, Id: id ?? _key, Name: root.Text("modelVersion")));
        }

        var before = steps.Count;
        foreach (var (part, _) in GeminiAnswers.Parts(root))
        {
            Read(part, steps);
        }

        // With the text, which calls of the same chunk come after.
        var call = steps.FindIndex(before, s => s.Kind == StreamPartKind.ToolStart);
        steps.InsertRange(call < 0 ? steps.Count : call, GeminiAnswers.Citations(root, _text).Select(c => new StreamPart(StreamPartKind.Citation, Citation: c)));
        _usage = UsageReader.Of(root, "usageMetadata"u8, _usage);
        if (GeminiAnswers.ReadStop(root) is not { } stop)
        {
            return steps.Count > before ? EventMeaning.Semantic | EventMeaning.Progress : EventMeaning.None;
        }

        steps.Add(new StreamPart(StreamPartKind.Finish, Stop: stop == StopKind.Stop && _calls > 0 ? StopKind.ToolCalls : stop));
        steps.Add(new StreamPart(StreamPartKind.Usage, Usage: _usage));
        steps.Add(new StreamPart(StreamPartKind.End));
        return EventMeaning.Terminator | EventMeaning.Semantic | EventMeaning.Progress;
    }

    private void Read(JsonElement part, List<StreamPart> steps)
    {
        var signature = part.Text("thoughtSignature");
        var text = part.Text("text");
        if (part.Has("functionCall", out var call))
        {
            // Gemini sends a call whole.
            var index = _calls++;
            steps.Add(new StreamPart(StreamPartKind.ToolStart, index, Id: GeminiCallIds.Make(call.Text("id"), _key!, index, signature), Name: call.GetProperty("name").GetString()));
            steps.Add(new StreamPart(StreamPartKind.ToolArguments, index, call.Has("args", out var args) ? args.GetRawText() : "{}"));
            return;
        }

        var thought = part.Flag("thought") == true;
        if (thought && text is { Length: > 0 })
        {
            steps.Add(new StreamPart(StreamPartKind.Reasoning, Text: text));
        }

        // Before the text that it signs, as thinking comes before text.
        if (signature is { Length: > 0 })
        {
            steps.Add(new StreamPart(StreamPartKind.ReasoningSignature, Text: ForeignSignature.Mark(GeminiWords.Provider, signature)));
        }

        if (!thought && text is { Length: > 0 })
        {
            steps.Add(new StreamPart(StreamPartKind.Text, Text: text));
            _text.Append(text);
        }
    }
}
