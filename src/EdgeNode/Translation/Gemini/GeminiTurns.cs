using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary>
/// Makes turns legal for Gemini: system text apart, user first, equal roles merged, results first in the turn after their
/// calls and in the calls' order (Gemini pairs by name and order), pictures of results after them, and no thinking of others.
/// </summary>
internal static class GeminiTurns
{
    public static (string System, List<Turn> Turns) Of(ChatRequest request)
    {
        var system = string.Join("\n\n", request.Turns.Where(t => t.Role == TurnRole.System).SelectMany(t => t.Parts).OfType<TextPart>().Select(t => t.Text).Where(t => t.Length > 0));
        var turns = new List<Turn>();
        foreach (var turn in request.Turns.Where(t => t.Role != TurnRole.System))
        {
            var parts = turn.Parts.Where(IsKept).ToList();
            if (parts.Count == 0)
            {
                continue;
            }

            if (turns.Count > 0 && turns[^1].Role == turn.Role)
            {
                turns[^1] = turns[^1] with { Parts = [.. turns[^1].Parts, .. parts] };
            }
            else
            {
                turns.Add(turn with { Parts = parts });
            }
        }

        if (turns.Count == 0 || turns[0].Role == TurnRole.Assistant)
        {
            turns.Insert(0, new Turn(TurnRole.User, [new TextPart(".")]));
        }

        for (var i = 0; i < turns.Count; i++)
        {
            if (turns[i].Role == TurnRole.User && turns[i].Parts.Any(p => p is ToolResultPart))
            {
                turns[i] = turns[i] with { Parts = InOrder(turns[i].Parts, i > 0 ? [.. turns[i - 1].Parts.OfType<ToolCallPart>()] : []) };
            }
        }

        return (system, turns);
    }

    private static List<Part> InOrder(IReadOnlyList<Part> parts, List<ToolCallPart> calls)
    {
        var results = parts.OfType<ToolResultPart>().ToList();
        var ordered = new List<Part>();
        foreach (var call in calls)
        {
            // By id; else by name; else whatever comes next.
            var result = results.Find(r => r.CallId == call.Id) ?? results.Find(r => r.Name == call.Name && calls.TrueForAll(c => c.Id != r.CallId))
                ?? results.Find(r => calls.TrueForAll(c => c.Id != r.CallId));
            if (result is not null)
            {
                results.Remove(result);
                ordered.Add(result with { Name = call.Name });
            }
        }

        if (results.Count > 0)
        {
            throw new TranslationException("messages", $"The tool result \"{results[0].CallId}\" answers no call of the turn before it.");
        }

        ordered.AddRange(ordered.OfType<ToolResultPart>().SelectMany(r => r.Content.Where(p => p is ImagePart or FilePart)).ToList());
        ordered.AddRange(parts.Where(p => p is not ToolResultPart));
        return ordered;
    }

    private static bool IsKept(Part part) => part switch
    {
        TextPart text => text.Text.Trim().Length > 0,
        ReasoningPart reasoning => reasoning.Provider == GeminiWords.Provider && reasoning.Signature is { Length: > 0 },
        _ => true,
    };
}
