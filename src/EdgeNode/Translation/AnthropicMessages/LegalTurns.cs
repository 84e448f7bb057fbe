using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.AnthropicMessages;

/// <summary>
/// Makes turns legal for Anthropic: system text apart, user first, equal roles merged, all results of one assistant turn
/// first in the user turn after it, empty text dropped, and no thinking of another provider.
/// </summary>
internal static class LegalTurns
{
    public static (string System, List<Turn> Turns) Of(ChatRequest request)
    {
        var (system, turns) = AlternatingTurns.Of(request, IsKept);
        for (var i = 0; i < turns.Count; i++)
        {
            if (turns[i].Role == TurnRole.User)
            {
                turns[i] = turns[i] with { Parts = [.. turns[i].Parts.OrderBy(p => p is ToolResultPart ? 0 : 1)] };
            }
        }

        // An answer that the client has begun may not end in white space.
        var end = turns[^1];
        if (end.Role == TurnRole.Assistant && end.Parts[^1] is TextPart last && char.IsWhiteSpace(last.Text[^1]))
        {
            turns[^1] = end with { Parts = [.. end.Parts.SkipLast(1), last with { Text = last.Text.TrimEnd() }] };
        }

        return (system, turns);
    }

    private static bool IsKept(Part part) =>
        part is not ReasoningPart reasoning
        || reasoning.Provider == MessagesWords.Provider && (reasoning.Signature is not null || reasoning.Redacted is not null);
}
