using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>Ends answers at the client's stop sequences, for APIs that have no field for them; the rest is not asked for.</summary>
internal static class StopSequences
{
    public static ChatAnswer Apply(ChatAnswer answer, IReadOnlyList<string> stops)
    {
        var parts = new List<Part>();
        foreach (var part in answer.Parts)
        {
            if (part is TextPart text && Find(text.Text, stops) is { Index: >= 0 } found)
            {
                parts.Add(text with { Text = text.Text[..found.Index] });
                return answer with { Parts = parts, Stop = StopKind.Stop, StopSequence = found.Stop };
            }

            parts.Add(part);
        }

        return answer;
    }

    public static StreamDecoder Apply(StreamDecoder decoder, IReadOnlyList<string> stops) => new Decoder(decoder, stops);

    private static (int Index, string Stop) Find(string text, IReadOnlyList<string> stops)
    {
        var first = (Index: -1, Stop: "");
        foreach (var stop in stops)
        {
            var at = stop.Length == 0 ? -1 : text.IndexOf(stop, StringComparison.Ordinal);
            first = at >= 0 && (first.Index < 0 || at < first.Index) ? (at, stop) : first;
        }

        return first;
    }

    /// <summary>Keeps back as much of the text as may be the beginning of a stop sequence.</summary>
    private sealed class Decoder(StreamDecoder inner, IReadOnlyList<string> stops) : StreamDecoder
    {
        private readonly int _keep = stops.Max(s => s.Length) - 1;
        private readonly List<StreamPart> _read = [];
        private string _kept = "";

        public override EventMeaning Decode(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, List<StreamPart> steps)
        {
            _read.Clear();
            var meaning = inner.Decode(name, data, _read);
            foreach (var step in _read)
            {
                if (step.Kind != StreamPartKind.Text)
                {
                    Say(steps, _kept.Length);
                    steps.Add(step);
                    continue;
                }

                _kept += step.Text;
                if (Find(_kept, stops) is { Index: >= 0 } found)
                {
                    Say(steps, found.Index);
                    steps.Add(new StreamPart(StreamPartKind.Finish, Stop: StopKind.Stop));
                    steps.Add(new StreamPart(StreamPartKind.End));
                    return meaning | EventMeaning.Terminator;
                }

                Say(steps, Math.Max(0, _kept.Length - _keep));
            }

            return meaning;
        }

        private void Say(List<StreamPart> steps, int length)
        {
            if (length > 0)
            {
                steps.Add(new StreamPart(StreamPartKind.Text, Text: _kept[..length]));
                _kept = _kept[length..];
            }
        }
    }
}
