using System.Text;
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
        var parts = new List<Part>();
        var stop = ReadStop(root) ?? throw new JsonException("an answer that does not say why it ended");
        var key = GeminiCallIds.AnswerKey(root.Text("responseId"));
        var calls = 0;
        foreach (var (part, _) in Parts(root))
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

        Cite(parts, root);
        var answer = new ChatAnswer
        {
            Id = root.Text("responseId") ?? key,
            Model = root.Text("modelVersion") ?? "",
            Parts = parts,
            Stop = stop,
            Usage = UsageReader.Of(root, "usageMetadata"u8, default),
        };
        return answer with { Stop = answer.EffectiveStop };
    }

    /// <summary>The first candidate's parts; no other dialect has more candidates.</summary>
    public static IEnumerable<(JsonElement Item, string Place)> Parts(JsonElement answer) =>
        First(answer) is { } candidate && candidate.Has("content", out var content) ? content.Items("parts") : [];

    /// <summary>Why the answer ended; nothing while it has not.</summary>
    /// <exception cref="JsonException">It ended without an answer.</exception>
    public static StopKind? ReadStop(JsonElement answer)
    {
        if (First(answer)?.Text("finishReason") is { Length: > 0 } reason and not "FINISH_REASON_UNSPECIFIED")
        {
            return GeminiWords.TryStop(reason, out var stop) ? stop : throw new JsonException($"an answer that ended with {reason}");
        }

        return answer.Has("promptFeedback", out var feedback) && feedback.Text("blockReason") is { Length: > 0 } ? StopKind.Filter : null;
    }

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
    private static void Cite(List<Part> parts, JsonElement answer)
    {
        var last = parts.FindLastIndex(p => p is TextPart);
        if (last >= 0 && GeminiCitations.Read(First(answer), ((TextPart)parts[last]).Text) is { Count: > 0 } citations)
        {
            parts[last] = (TextPart)parts[last] with { Citations = citations };
        }
    }

    /// <summary>The sources of a stream's text so far.</summary>
    public static List<Citation> Citations(JsonElement chunk, StringBuilder text) =>
        First(chunk) is { } candidate && candidate.Has("groundingMetadata", out _) ? GeminiCitations.Read(candidate, text.ToString()) : [];

    private static JsonElement? First(JsonElement answer)
    {
        foreach (var (candidate, _) in answer.Items("candidates"))
        {
            if (candidate.Whole("index") is null or 0)
            {
                return candidate;
            }
        }

        return null;
    }
}
