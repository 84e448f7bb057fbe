namespace GlobalGateway.ProviderSimulator.Composition;

/// <summary>Turns a prompt into an answer: the same prompt always gives the same text, calls and token counts.</summary>
internal static class Composer
{
    private const int TokensLeast = 12;
    private const int TokensSpread = 24;
    private const int PieceLength = 6;
    private const int ThinkingTokens = 16;

    public static Composed Compose(Prompt prompt, int index)
    {
        var seed = Fingerprint.Of(prompt.Text, (ulong)index);
        // Reasoning counts against the limit; with a low one nothing is left for text, as the vendors document.
        var reasoning = (int)Math.Min(prompt.ReasoningTokens, prompt.OutputTokensMax);
        var calls = Calls(prompt, seed);
        var thinking = prompt.Thinks ? Words.Draw(seed ^ 0x7417, ThinkingTokens) : [];
        if (calls.Count > 0)
        {
            return new Composed { Tokens = [], Calls = calls, Thinking = thinking, Ending = Ending.ToolCalls, ReasoningTokens = reasoning };
        }
        if (prompt.Directives.Refuse)
        {
            return new Composed { Tokens = Words.Split("I'm sorry, I can't help with that.", PieceLength), Thinking = thinking, Ending = Ending.Refusal, ReasoningTokens = reasoning };
        }
        var tokens = Rest(Text(prompt, seed), prompt.Begun);
        var ending = Ending.Stop;
        var stop = FirstStop(prompt, ref tokens);
        if (stop is not null)
        {
            ending = Ending.StopSequence;
        }
        var room = Math.Max(0, prompt.OutputTokensMax - thinking.Length - reasoning);
        if (tokens.Length > room)
        {
            (tokens, ending, stop) = (tokens[..(int)room], Ending.Length, null);
        }
        return new Composed { Tokens = tokens, Thinking = thinking, Ending = ending, StopSequence = stop, ReasoningTokens = reasoning };
    }

    private static string[] Text(Prompt prompt, ulong seed)
    {
        if (prompt.JsonSchema is { } schema)
        {
            return Words.Split(SchemaSample.Write(schema, seed), PieceLength);
        }
        if (prompt.Directives.Say is { } say)
        {
            return Words.Split(say, PieceLength);
        }
        if (prompt.LastToolResult is { } result && prompt.Directives.Tokens is null)
        {
            return Words.Split("The tool answered: " + (result.Length > 400 ? result[..400] : result), PieceLength);
        }
        return Words.Draw(seed, Math.Min(prompt.Directives.Tokens ?? TokensLeast + (int)(seed % TokensSpread), Directives.TokensMax / prompt.Choices));
    }

    /// <summary>What is left to say of the text when the client has its beginning; all of it when it begins otherwise.</summary>
    private static string[] Rest(string[] tokens, string begun)
    {
        var text = string.Concat(tokens);
        if (begun.Length == 0 || !text.StartsWith(begun, StringComparison.Ordinal))
        {
            return tokens;
        }
        var left = begun.Length;
        var at = 0;
        for (; at < tokens.Length && tokens[at].Length <= left; at++)
        {
            left -= tokens[at].Length;
        }
        return at == tokens.Length ? [] : [tokens[at][left..], .. tokens[(at + 1)..]];
    }

    private static string? FirstStop(Prompt prompt, ref string[] tokens)
    {
        if (prompt.Stops.Count == 0)
        {
            return null;
        }
        var text = string.Concat(tokens);
        var (at, found) = prompt.Stops.Where(static stop => stop.Length > 0)
            .Select(stop => (At: text.IndexOf(stop, StringComparison.Ordinal), Stop: stop))
            .Where(static hit => hit.At >= 0).OrderBy(static hit => hit.At).FirstOrDefault();
        if (found is null)
        {
            return null;
        }
        var kept = new List<string>();
        foreach (var token in tokens)
        {
            if (at <= 0)
            {
                break;
            }
            kept.Add(token.Length <= at ? token : token[..at]);
            at -= token.Length;
        }
        tokens = [.. kept];
        return found;
    }

    private static List<ComposedCall> Calls(Prompt prompt, ulong seed)
    {
        var calls = new List<ComposedCall>();
        foreach (var tool in Wanted(prompt))
        {
            var state = Fingerprint.Of(tool.Name, seed + (ulong)calls.Count);
            var id = $"{Fingerprint.Next(ref state):x16}{Fingerprint.Next(ref state):x16}"[..24];
            calls.Add(new ComposedCall(id, tool.Name, Words.Split(SchemaSample.Write(tool.Schema.ValueKind == System.Text.Json.JsonValueKind.Object ? tool.Schema : EmptyObjectSchema, state), PieceLength)));
            if (!prompt.ParallelTools)
            {
                break;
            }
        }
        return calls;
    }

    private static System.Text.Json.JsonElement EmptyObjectSchema { get; } = System.Text.Json.JsonDocument.Parse("""{"type":"object"}""").RootElement.Clone();

    private static IEnumerable<OfferedTool> Wanted(Prompt prompt)
    {
        // A model that has the result in hand answers; only a forced choice calls again.
        if (prompt.Tools.Count == 0 || prompt.Choice == ToolChoice.None)
        {
            return [];
        }
        if (prompt.Choice == ToolChoice.Named)
        {
            return prompt.Tools.Where(tool => tool.Name == prompt.ChosenTool).Take(1);
        }
        if (prompt.LastToolResult is null)
        {
            var asked = prompt.Directives.Tools.SelectMany(name => prompt.Tools.Where(tool => tool.Name == name).Take(1)).ToList();
            var named = asked.Count > 0 ? asked : [.. prompt.Tools.Where(tool => Mentions(prompt.LastUserText, tool.Name)).Take(1)];
            if (named.Count > 0)
            {
                return named;
            }
        }
        return prompt.Choice == ToolChoice.Required ? prompt.Tools.Take(1) : [];
    }

    private static bool Mentions(string text, string toolName)
    {
        foreach (var part in toolName.Split('_', '-', '.'))
        {
            if (part.Length > 3 && text.Contains(part, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }
        return false;
    }
}
