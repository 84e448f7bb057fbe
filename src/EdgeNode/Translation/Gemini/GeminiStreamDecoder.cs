using System.Text;
using System.Text.Json;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary>Reads the chunks of a stream. It has no end mark of its own: the last candidate's finish reason is it, and an end without one is a cut.</summary>
/// <param name="candidates">How many were asked for.</param>
internal sealed class GeminiStreamDecoder(int candidates = 1) : StreamDecoder
{
    private readonly Dictionary<int, Candidate> _candidates = [];
    private string? _key;
    private int _ids;
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
        foreach (var candidate in GeminiAnswers.Candidates(root))
        {
            Read(candidate, steps);
        }

        _usage = UsageReader.Of(root, "usageMetadata"u8, _usage);
        if (GeminiAnswers.IsBlocked(root) && _candidates.Count == 0)
        {
            steps.Add(new StreamPart(StreamPartKind.Finish, Stop: StopKind.Filter));
        }
        else if (_candidates.Values.Count(c => c.Ended) < candidates)
        {
            return steps.Count > before ? EventMeaning.Semantic | EventMeaning.Progress : EventMeaning.None;
        }

        steps.Add(new StreamPart(StreamPartKind.Usage, Usage: _usage));
        steps.Add(new StreamPart(StreamPartKind.End));
        return EventMeaning.Terminator | EventMeaning.Semantic | EventMeaning.Progress;
    }

    private void Read(JsonElement candidate, List<StreamPart> steps)
    {
        var index = GeminiAnswers.Index(candidate);
        if (!_candidates.TryGetValue(index, out var state))
        {
            _candidates.Add(index, state = new Candidate());
        }

        var before = steps.Count;
        var logProbs = GeminiLogProbs.Read(candidate);
        foreach (var (part, _) in GeminiAnswers.Parts(candidate))
        {
            Read(part, state, ref logProbs, steps);
        }

        Cite(candidate, state, before, steps);
        if (GeminiAnswers.StopOf(candidate) is { } stop)
        {
            state.Ended = true;
            steps.Add(new StreamPart(StreamPartKind.Finish, Stop: stop == StopKind.Stop && state.Calls > 0 ? StopKind.ToolCalls : stop));
        }

        for (var i = before; index > 0 && i < steps.Count; i++)
        {
            steps[i] = steps[i] with { Candidate = index };
        }
    }

    // With the text, which calls of the same chunk come after.
    private static void Cite(JsonElement candidate, Candidate state, int before, List<StreamPart> steps)
    {
        if (candidate.Has("groundingMetadata", out _))
        {
            var call = steps.FindIndex(before, s => s.Kind == StreamPartKind.ToolStart);
            steps.InsertRange(call < 0 ? steps.Count : call, GeminiCitations.Read(candidate, state.Text.ToString()).Select(c => new StreamPart(StreamPartKind.Citation, Citation: c)));
        }
    }

    private void Read(JsonElement part, Candidate state, ref IReadOnlyList<TokenProbability>? logProbs, List<StreamPart> steps)
    {
        var signature = part.Text("thoughtSignature");
        var text = part.Text("text");
        if (part.Has("functionCall", out var call))
        {
            // Gemini sends a call whole.
            var index = state.Calls++;
            steps.Add(new StreamPart(StreamPartKind.ToolStart, index, Id: GeminiCallIds.Make(call.Text("id"), _key!, _ids++, signature), Name: call.GetProperty("name").GetString()));
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
            // A chunk's probabilities are of all its text.
            steps.Add(new StreamPart(StreamPartKind.Text, Text: text) { LogProbs = logProbs });
            logProbs = null;
            state.Text.Append(text);
        }
    }

    private sealed class Candidate
    {
        public StringBuilder Text { get; } = new();
        public int Calls { get; set; }
        public bool Ended { get; set; }
    }
}
