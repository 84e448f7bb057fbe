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

        for (var i = 0; i < turns.Count; i++)
        {
            if (turns[i].Role == TurnRole.User)
            {
                turns[i] = turns[i] with { Parts = [.. turns[i].Parts.OrderBy(p => p is ToolResultPart ? 0 : 1)] };
            }
        }

        if (turns.Count == 0 || turns[0].Role == TurnRole.Assistant)
        {
            turns.Insert(0, new Turn(TurnRole.User, [new TextPart(".")]));
        }

        return (system, turns);
    }

    private static bool IsKept(Part part) => part switch
    {
        TextPart text => text.Text.Trim().Length > 0,
        ReasoningPart reasoning => reasoning.Provider == MessagesWords.Provider && (reasoning.Signature is not null || reasoning.Redacted is not null),
        _ => true,
    };
}
