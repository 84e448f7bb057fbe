using System.Text.Json;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.Unit.EdgeNode.Translation;

/// <summary>Draws chat-like requests that every dialect can say, and tells which features each has.</summary>
internal sealed class RequestGenerator(Random random)
{
    public static readonly string[] AllFeatures =
    [
        "system text", "late system text", "several parts", "not ASCII", "image bytes", "image URL", "PDF", "text file", "equal roles", "empty text",
        "tools", "tool call", "parallel calls", "empty arguments", "nested arguments", "results out of order", "image in a result", "error result",
        "choice required", "choice named", "choice none", "no parallel calls", "nested schema", "enum in a schema", "answer schema",
        "output limit", "temperature", "top_p", "stop sequences", "reasoning", "stream",
    ];

    private static readonly string[] Words = ["river", "lantern", "café", "東京", "λόγος", "🙂", "\"quoted\"", "back\\slash", "<tag>", "line\nbreak", "harbour", "7"];

    private readonly HashSet<string> _features = [];
    private int _calls;

    /// <param name="urls">Whether pictures may come by URL.</param>
    public (ChatRequest Request, IReadOnlySet<string> Features) Next(bool urls = true)
    {
        _features.Clear();
        _calls = 0;
        var reasons = Draw("reasoning", 0.15);
        var tools = Draw("tools", 0.6) ? Tools() : [];
        var turns = new List<Turn>();
        if (Draw("system text", 0.5))
        {
            turns.Add(new Turn(TurnRole.System, [new TextPart(Text())]));
        }

        turns.Add(User(urls));
        for (var more = random.Next(3); more > 0; more--)
        {
            AddExchange(turns, tools, urls);
        }

        // A tool loop without its thinking may not begin to think.
        reasons &= turns.FindLast(t => t.Role == TurnRole.Assistant)?.Parts.Any(p => p is ToolCallPart) != true;
        var format = tools.Count == 0 && !reasons && Draw("answer schema", 0.3) ? new OutputFormat("answer", Schema(2), null) : null;
        var request = new ChatRequest
        {
            Turns = turns,
            Tools = tools,
            ToolChoice = tools.Count == 0 || reasons ? null : Choice(tools),
            ParallelTools = tools.Count > 0 && !reasons && Draw("no parallel calls", 0.2) ? false : null,
            Format = format,
            MaxOutputTokens = reasons ? 60_000 : Draw("output limit", 0.5) ? random.Next(16, 8_000) : null,
            Stop = Draw("stop sequences", 0.3) ? [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => $"END{i}")] : [],
            Reasoning = reasons ? new Reasoning(new[] { "low", "medium", "high" }[random.Next(3)], null) : null,
            Stream = Draw("stream", 0.4),
        };
        _ = reasons || _features.Remove("reasoning");
        return (reasons ? request
            : random.Next(2) == 0 ? request with { Temperature = Draw("temperature", 0.6) ? random.Next(0, 11) / 10.0 : null }
            : request with { TopP = Draw("top_p", 0.6) ? random.Next(1, 11) / 10.0 : null }, _features.ToHashSet());
    }

    private void AddExchange(List<Turn> turns, List<ToolSpec> tools, bool urls)
    {
        List<ToolCallPart> calls = [.. tools.Count > 0 && Draw("tool call", 0.7) ? Enumerable.Range(0, Draw("parallel calls", 0.5) ? random.Next(2, 4) : 1).Select(_ => Call(tools)) : []];
        turns.Add(new Turn(TurnRole.Assistant, [.. calls.Count == 0 || random.Next(2) == 0 ? [new TextPart(Text())] : (Part[])[], .. calls]));
        if (calls.Count > 0)
        {
            List<Part> results = [.. calls.Select(Result)];
            if (results.Count > 1 && Draw("results out of order", 0.5))
            {
                results.Reverse();
            }

            turns.Add(new Turn(TurnRole.User, results));
            if (random.Next(2) == 0)
            {
                return;
            }
        }

        if (Draw("late system text", 0.2))
        {
            turns.Add(new Turn(TurnRole.System, [new TextPart(Text())]));
        }

        turns.Add(User(urls));
        if (Draw("equal roles", 0.2))
        {
            turns.Add(User(urls));
        }
    }

    private Turn User(bool urls)
    {
        var parts = new List<Part> { new TextPart(Text()) };
        if (Draw("several parts", 0.5))
        {
            if (Draw("image bytes", 0.3))
            {
                parts.Add(new ImagePart("image/png", "aGk=", null));
            }

            if (urls && Draw("image URL", 0.3))
            {
                parts.Add(new ImagePart(null, null, "https://example.com/a.png"));
            }

            if (Draw("PDF", 0.25))
            {
                parts.Add(new FilePart("application/pdf", "JVBERi0=", null, null));
            }

            if (Draw("text file", 0.25))
            {
                parts.Add(new FilePart("text/plain", "bm90ZXM=", null, null));
            }

            if (Draw("empty text", 0.3))
            {
                parts.Add(new TextPart(""));
            }

            parts.Add(new TextPart(Text()));
        }

        return new Turn(TurnRole.User, parts);
    }

    private List<ToolSpec> Tools() =>
        [.. new[] { "weather", "clock", "search_docs" }.Take(random.Next(1, 4)).Select(n => new ToolSpec(n, random.Next(2) == 0 ? Text() : null, Schema(2), null))];

    private ToolCallPart Call(List<ToolSpec> tools)
    {
        var arguments = random.Next(3) switch
        {
            0 when Draw("empty arguments", 1) => "{}",
            1 when Draw("nested arguments", 1) => $$$"""{"at":{"city":{{{JsonSerializer.Serialize(Text())}}},"list":[1,2.5,null,true]}}""",
            _ => """{"city":"Oslo"}""",
        };
        return new ToolCallPart($"call_{_calls++}_abcdefgh", tools[random.Next(tools.Count)].Name, arguments);
    }

    private ToolResultPart Result(ToolCallPart call)
    {
        var failed = Draw("error result", 0.2);
        List<Part> content = [new TextPart(!failed && random.Next(3) == 0 ? """{"sun":true}""" : Text())];
        if (Draw("image in a result", 0.25))
        {
            content.Add(new ImagePart("image/png", "aGk=", null));
        }

        return new ToolResultPart(call.Id, null, content, failed);
    }

    private ToolChoice? Choice(List<ToolSpec> tools) => random.Next(5) switch
    {
        0 when Draw("choice required", 1) => new ToolChoice(ToolChoiceKind.Required),
        1 when Draw("choice named", 1) => new ToolChoice(ToolChoiceKind.Named, tools[random.Next(tools.Count)].Name),
        2 when Draw("choice none", 1) => new ToolChoice(ToolChoiceKind.None),
        _ => null,
    };

    private JsonElement Schema(int depth)
    {
        var members = Enumerable.Range(0, random.Next(1, 4)).Select(i => $"\"p{i}\":{Property(depth)}");
        using var document = JsonDocument.Parse($$$"""{"type":"object","properties":{{{{string.Join(',', members)}}}},"required":["p0"]}""");
        return document.RootElement.Clone();
    }

    private string Property(int depth) => random.Next(5) switch
    {
        0 when Draw("enum in a schema", 1) => """{"type":"string","enum":["a","b"]}""",
        1 when depth > 0 && Draw("nested schema", 1) => Schema(depth - 1).GetRawText(),
        2 => """{"type":"array","items":{"type":"integer"}}""",
        3 => """{"type":"number","description":"how much"}""",
        _ => """{"type":"string"}""",
    };

    private string Text()
    {
        var text = string.Join(' ', Enumerable.Range(0, random.Next(1, 6)).Select(_ => Words[random.Next(Words.Length)]));
        _ = text.Any(c => c > 127) && _features.Add("not ASCII");
        return text;
    }

    /// <summary>Draws a feature of that share, and remembers it.</summary>
    private bool Draw(string feature, double share) => random.NextDouble() < share && (_features.Add(feature) || true);
}
