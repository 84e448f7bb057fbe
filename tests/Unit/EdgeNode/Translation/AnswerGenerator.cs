using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.Unit.EdgeNode.Translation;

/// <summary>Draws answers, whole and as the steps of a stream with fragments of any size and calls that interleave.</summary>
internal sealed class AnswerGenerator(Random random)
{
    public static readonly string[] AllFeatures = ["thinking", "text", "call", "parallel calls", "interleaved calls", "refusal", "length", "filter", "cache read", "cache write", "reasoning tokens"];

    private readonly HashSet<string> _features = [];

    public (ChatAnswer Answer, IReadOnlyList<StreamPart> Steps, IReadOnlySet<string> Features) Next()
    {
        _features.Clear();
        var parts = new List<Part>();
        if (Draw("thinking", 0.3))
        {
            parts.Add(new ReasoningPart("hm, " + Text(), null, null, null));
        }

        var refuses = Draw("refusal", 0.1);
        if (refuses)
        {
            parts.Add(new RefusalPart(Text()));
        }
        else if (Draw("text", 0.8))
        {
            parts.Add(new TextPart(Text()));
        }

        var calls = !refuses && Draw("call", 0.4) ? random.Next(1, 4) : 0;
        _ = calls > 1 && _features.Add("parallel calls");
        parts.AddRange(Enumerable.Range(0, calls).Select(i => new ToolCallPart($"call_{i}_abcdefgh", i % 2 == 0 ? "weather" : "clock", random.Next(3) == 0 ? "{}" : """{"city":"Oslo","n":[1,2]}""")));
        if (!parts.Exists(p => p is not ReasoningPart))
        {
            parts.Add(new TextPart(Text()));
        }

        var stop = refuses ? StopKind.Refusal : calls > 0 ? StopKind.ToolCalls : Draw("length", 0.15) ? StopKind.Length : Draw("filter", 0.15) ? StopKind.Filter : StopKind.Stop;
        var answer = new ChatAnswer
        {
            Id = "answer1234abcd",
            Model = "a-model",
            Parts = parts,
            Stop = stop,
            Usage = new Usage
            {
                Input = random.Next(1, 500),
                CacheRead = Draw("cache read", 0.3) ? random.Next(1, 500) : 0,
                CacheWrite = Draw("cache write", 0.3) ? random.Next(1, 500) : 0,
                Output = random.Next(1, 500),
                Reasoning = Draw("reasoning tokens", 0.3) ? random.Next(1, 500) : 0,
            },
        };
        return (answer, [.. Steps(answer)], _features.ToHashSet());
    }

    private IEnumerable<StreamPart> Steps(ChatAnswer answer)
    {
        yield return new StreamPart(StreamPartKind.Start, Id: answer.Id, Name: answer.Model);
        foreach (var part in answer.Parts.Where(p => p is not ToolCallPart))
        {
            var (kind, text) = part switch
            {
                ReasoningPart reasoning => (StreamPartKind.Reasoning, reasoning.Text),
                RefusalPart refusal => (StreamPartKind.Refusal, refusal.Text),
                _ => (StreamPartKind.Text, ((TextPart)part).Text),
            };
            foreach (var fragment in Fragments(text))
            {
                yield return new StreamPart(kind, Text: fragment);
            }
        }

        var calls = answer.Parts.OfType<ToolCallPart>().Select((c, i) => (Index: i, Call: c, Left: new Queue<string>(Fragments(c.Arguments)))).ToList();
        var interleaves = calls.Count > 1 && Draw("interleaved calls", 0.5);
        foreach (var (index, call, rest) in calls)
        {
            yield return new StreamPart(StreamPartKind.ToolStart, index, Id: call.Id, Name: call.Name);
            while (!interleaves && rest.TryDequeue(out var fragment))
            {
                yield return new StreamPart(StreamPartKind.ToolArguments, index, fragment);
            }
        }

        while (calls.Exists(c => c.Left.Count > 0))
        {
            var (index, _, rest) = calls[random.Next(calls.Count)];
            if (rest.TryDequeue(out var fragment))
            {
                yield return new StreamPart(StreamPartKind.ToolArguments, index, fragment);
            }
        }

        yield return new StreamPart(StreamPartKind.Finish, Stop: answer.Stop);
        yield return new StreamPart(StreamPartKind.Usage, Usage: answer.Usage);
        yield return new StreamPart(StreamPartKind.End);
    }

    private List<string> Fragments(string text)
    {
        var runes = text.EnumerateRunes().ToArray();
        var fragments = new List<string>();
        for (var at = 0; at < runes.Length;)
        {
            var size = Math.Min(random.Next(1, 9), runes.Length - at);
            fragments.Add(string.Concat(runes.AsSpan(at, size).ToArray()));
            at += size;
        }

        return fragments;
    }

    private string Text() => string.Join(' ', Enumerable.Range(0, random.Next(1, 8)).Select(_ => new[] { "river", "東京", "🙂", "\"q\"", "a\nb" }[random.Next(5)]));

    private bool Draw(string feature, double share) => random.NextDouble() < share && (_features.Add(feature) || true);
}
