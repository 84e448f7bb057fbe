using System.Text.Json;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary>Reads whole answers.</summary>
internal static class GeminiAnswers
{
    public static ChatAnswer Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        var key = GeminiCallIds.AnswerKey(root.Text("responseId"));
        var answer = new ChatAnswer
        {
            Id = root.Text("responseId") ?? key,
            Model = root.Text("modelVersion") ?? "",
            Parts = [],
            Stop = StopKind.Filter,
            Usage = UsageReader.Of(root, "usageMetadata"u8, default),
        };
        var calls = 0;
        var answers = new List<ChatAnswer>();
        foreach (var candidate in Candidates(root).OrderBy(Index))
        {
            answers.Add(Read(candidate, answer, key, ref calls));
        }

        return answers.Count > 0 ? answers[0] with { Others = answers[1..] }
            : IsBlocked(root) ? answer
            : throw new JsonException("an answer without candidates that does not say why");
    }

    private static ChatAnswer Read(JsonElement candidate, ChatAnswer answer, string key, ref int calls)
    {
        var parts = new List<Part>();
        foreach (var (part, _) in Parts(candidate))
        {
            var signature = part.Text("thoughtSignature");
            if (part.Has("functionCall", out var call))
            {
                parts.Add(new ToolCallPart(
                    GeminiCallIds.Make(call.Text("id"), key, calls++, signature), call.GetProperty("name").GetString()!, call.Has("args", out var args) ? args.GetRawText() : "{}"));
            }
            else if (part.Flag("thought") == true)
            {
                parts.Add(new ReasoningPart(part.Text("text") ?? "", Sign(signature), null, GeminiWords.Provider));
            }
            else
            {
                if (signature is { Length: > 0 })
                {
                    Sign(parts, signature);
                }

                if (part.Text("text") is { Length: > 0 } text)
                {
                    parts.Add(new TextPart(text));
                }
            }
        }

        Cite(parts, candidate);
        answer = answer with
        {
            Parts = parts,
            Stop = StopOf(candidate) ?? throw new JsonException("an answer that does not say why it ended"),
            LogProbs = GeminiLogProbs.Read(candidate),
        };
        return answer with { Stop = answer.EffectiveStop };
    }

    public static IEnumerable<JsonElement> Candidates(JsonElement answer) => answer.Items("candidates").Select(c => c.Item);

    public static int Index(JsonElement candidate) => (int)(candidate.Whole("index") ?? 0);

    public static IEnumerable<(JsonElement Item, string Place)> Parts(JsonElement candidate) => candidate.Has("content", out var content) ? content.Items("parts") : [];

    /// <summary>Why a candidate ended; nothing while it has not.</summary>
    /// <exception cref="JsonException">It ended without an answer.</exception>
    public static StopKind? StopOf(JsonElement candidate) =>
        candidate.Text("finishReason") is not { Length: > 0 } reason || reason == "FINISH_REASON_UNSPECIFIED" ? null
        : GeminiWords.TryStop(reason, out var stop) ? stop
        : throw new JsonException($"an answer that ended with {reason}");

    /// <summary>The prompt was refused, so that there are no candidates.</summary>
    public static bool IsBlocked(JsonElement answer) => answer.Has("promptFeedback", out var feedback) && feedback.Text("blockReason") is { Length: > 0 };

    /// <summary>A signature as other dialects carry it: marked, so that it is known again when a client sends it back.</summary>
    private static string? Sign(string? signature) => signature is { Length: > 0 } ? ForeignSignature.Mark(GeminiWords.Provider, signature) : null;

    // Thinking before the signed part has its signature there; where it was not shown, the signature stands alone.
    private static void Sign(List<Part> parts, string signature)
    {
        if (parts is [.., ReasoningPart { Signature: null } thinking])
        {
            parts[^1] = thinking with { Signature = Sign(signature) };
        }
        else
        {
            parts.Add(new ReasoningPart("", Sign(signature), null, GeminiWords.Provider));
        }
    }

    // The parts of a text are one to the reader; its sources go with the last of them.
    private static void Cite(List<Part> parts, JsonElement candidate)
    {
        var last = parts.FindLastIndex(p => p is TextPart);
        if (last >= 0 && GeminiCitations.Read(candidate, ((TextPart)parts[last]).Text) is { Count: > 0 } citations)
        {
            parts[last] = (TextPart)parts[last] with { Citations = citations };
        }
    }
}
