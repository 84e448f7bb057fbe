using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>Puts an answer's thinking into the ids of its calls, and takes it out again of the ids of the next request.</summary>
internal static class ReasoningLoop
{
    /// <summary>The request with the providers' own ids, and with the thinking that came back in them where it was.</summary>
    public static ChatRequest Restore(ChatRequest request) =>
        request.Turns.Any(t => t.Parts.Any(p => p is ToolCallPart or ToolResultPart))
            ? request with { Turns = [.. request.Turns.Select(t => t with { Parts = Restore(t.Parts) })] }
            : request;

    private static List<Part> Restore(IReadOnlyList<Part> parts)
    {
        var restored = new List<Part>();
        var first = true;
        foreach (var part in parts)
        {
            switch (part)
            {
                case ToolResultPart result:
                    restored.Add(result with { CallId = CarriedReasoning.Take(result.CallId).Id });
                    break;
                case ToolCallPart call:
                    var (id, carried) = CarriedReasoning.Take(call.Id);
                    // A client that has kept the thinking itself sends it too.
                    var missing = carried.Where(c => !parts.OfType<ReasoningPart>().Any(r => r.Provider == c.Provider && r.Signature == c.Signature && r.Redacted == c.Redacted)).ToList();
                    // A turn begins with its first thinking, save that of Gemini, which stands at its call.
                    restored.InsertRange(first && missing.TrueForAll(m => m.Provider != Gemini.GeminiWords.Provider) ? 0 : restored.Count, missing);
                    first &= missing.Count == 0;
                    restored.Add(call with { Id = id });
                    break;
                default:
                    restored.Add(part);
                    break;
            }
        }

        return restored;
    }

    public static ChatAnswer Carry(ChatAnswer answer)
    {
        if (!answer.Parts.Any(p => p is ReasoningPart) || !answer.Parts.Any(p => p is ToolCallPart))
        {
            return answer;
        }

        var parts = new List<Part>();
        var pending = new List<ReasoningPart>();
        foreach (var part in answer.Parts)
        {
            if (part is ReasoningPart reasoning)
            {
                pending.Add(reasoning);
            }

            if (part is ToolCallPart call)
            {
                parts.Add(call with { Id = CarriedReasoning.Put(call.Id, pending) });
                pending.Clear();
            }
            else
            {
                parts.Add(part);
            }
        }

        return answer with { Parts = parts };
    }

    /// <param name="provider">Whose thinking it is, where a signature does not say it.</param>
    public static StreamDecoder Carry(StreamDecoder decoder, string provider) => new Decoder(decoder, provider);

    private sealed class Decoder(StreamDecoder inner, string provider) : StreamDecoder
    {
        private readonly List<ReasoningPart> _pending = [];
        private string _text = "";

        public override EventMeaning Decode(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, List<StreamPart> steps)
        {
            var before = steps.Count;
            var meaning = inner.Decode(name, data, steps);
            for (var i = before; i < steps.Count; i++)
            {
                steps[i] = Take(steps[i]);
            }

            return meaning;
        }

        private StreamPart Take(in StreamPart step)
        {
            switch (step.Kind)
            {
                case var _ when step.Candidate > 0:
                    // A loop goes on with one answer, and that is the first unless the client keeps thinking itself.
                    break;
                case StreamPartKind.Reasoning:
                    _text += step.Text;
                    break;
                case StreamPartKind.ReasoningSignature when step.Text.Length > 0:
                    _pending.Add(new ReasoningPart(_text, step.Text, null, provider));
                    _text = "";
                    break;
                case StreamPartKind.RedactedReasoning:
                    _pending.Add(new ReasoningPart("", null, step.Text, provider));
                    break;
                case StreamPartKind.ToolStart when _pending.Count > 0:
                    var carrying = step with { Id = CarriedReasoning.Put(step.Id ?? "", _pending) };
                    _pending.Clear();
                    return carrying;
            }

            return step;
        }
    }
}
