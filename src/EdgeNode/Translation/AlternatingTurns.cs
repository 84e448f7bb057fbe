using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>What providers with strictly alternating roles share: system text apart, user first, equal roles merged, empty turns left out.</summary>
internal static class AlternatingTurns
{
    /// <param name="isKept">Which parts the provider takes; empty text is left out anyway.</param>
    public static (string System, List<Turn> Turns) Of(ChatRequest request, Func<Part, bool> isKept)
    {
        var system = string.Join("\n\n", request.Turns.Where(t => t.Role == TurnRole.System).SelectMany(t => t.Parts).OfType<TextPart>().Select(t => t.Text).Where(t => t.Length > 0));
        var turns = new List<Turn>();
        foreach (var turn in request.Turns.Where(t => t.Role != TurnRole.System))
        {
            var parts = turn.Parts.Where(p => p is not TextPart text || text.Text.Trim().Length > 0).Where(isKept).ToList();
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

        return (system, turns);
    }
}
