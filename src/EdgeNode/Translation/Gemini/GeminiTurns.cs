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
        var (system, turns) = AlternatingTurns.Of(request, IsKept);
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

    private static bool IsKept(Part part) =>
        part is not ReasoningPart reasoning || reasoning.Provider == GeminiWords.Provider && reasoning.Signature is { Length: > 0 };
}
