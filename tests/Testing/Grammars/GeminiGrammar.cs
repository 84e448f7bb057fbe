using System.Text.Json;

namespace GlobalGateway.Testing.Grammars;

/// <summary>
/// Gemini's chunks, as events or as one JSON array: the reason only in the last one, and no <c>[DONE]</c>. An end without a
/// reason is a cut.
/// </summary>
/// <param name="array">The stream is one JSON array.</param>
public sealed class GeminiGrammar(bool array = false) : StreamGrammar
{
    protected override IReadOnlyList<StreamEvent> Read(ReadOnlySpan<byte> stream, List<string> violations)
    {
        if (!array)
        {
            return base.Read(stream, violations);
        }

        var text = StreamEvents.Decode(stream, violations);
        try
        {
            using var document = JsonDocument.Parse(text);
            return [.. document.RootElement.EnumerateArray().Select((item, i) => StreamEvents.Make(null, item.GetRawText(), i, violations))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            violations.Add("the stream is no JSON array");
            return [];
        }
    }

    private protected override Walk Begin(StreamEnd end, List<string> violations) => new GeminiWalk(end, violations);

    private sealed class GeminiWalk(StreamEnd end, List<string> violations) : Walk(end, violations)
    {
        private readonly HashSet<string> _callIds = [];
        private string? _id;
        private string? _model;

        protected override void Event(StreamEvent next)
        {
            Require(next.Name is null, $"a chunk is named {next.Name}");
            Require(next.Data != "[DONE]", "[DONE] is none of this API's");
            if (Has(next.Json, "error", out var error))
            {
                Require(Number(error, "code") is not null && Text(error, "message") is { Length: > 0 } && Text(error, "status") is { Length: > 0 }, "the error has no code, message or status");
                Failed();
                return;
            }

            Same(ref _id, next.Json, "responseId");
            Same(ref _model, next.Json, "modelVersion");
            var ended = Has(next.Json, "promptFeedback", out var feedback) && Text(feedback, "blockReason") is not null;
            var candidates = Items(next.Json, "candidates");
            Require(candidates.Length > 0 || ended || Has(next.Json, "usageMetadata", out _), "a chunk has no candidate");
            foreach (var candidate in candidates)
            {
                ended |= Text(candidate, "finishReason") is { Length: > 0 };
                Take(candidate);
            }

            if (ended)
            {
                Require(Has(next.Json, "usageMetadata", out var usage) && Number(usage, "promptTokenCount") is >= 0, "the last chunk has no usage");
                Ended();
            }
        }

        private void Take(JsonElement candidate)
        {
            if (!Has(candidate, "content", out var content))
            {
                return;
            }

            Require(Text(content, "role") is "model" or null, "a chunk is not the model's");
            foreach (var part in Items(content, "parts"))
            {
                if (Has(part, "functionCall", out var call))
                {
                    Require(Text(call, "name") is { Length: > 0 }, "a call has no name");
                    Require(!Has(call, "args", out var args) || args.ValueKind == JsonValueKind.Object, "a call's arguments are no object");
                    Require(Text(call, "id") is not { } id || _callIds.Add(id), "two calls have one id");
                }
                else
                {
                    Require(Text(part, "text") is not null || Has(part, "thoughtSignature", out _) || Has(part, "inlineData", out _), "a part holds nothing");
                }
            }
        }
    }
}
