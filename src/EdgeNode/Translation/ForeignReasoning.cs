using System.Text.Json;
using GlobalGateway.EdgeNode.Dialects;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>
/// Thinking of other providers in a body that goes to a target of the client's own dialect: an earlier turn was answered by another
/// target, the client sends back what it got, and this provider would refuse it.
/// </summary>
internal static class ForeignReasoning
{
    /// <summary>What to leave out, with the comma that goes with it; empty for nearly every body, after one search.</summary>
    public static List<Range> Places(Operation operation, ReadOnlySpan<byte> body)
    {
        var places = new List<Range>();
        var sign = Sign(operation);
        if (!sign.IsEmpty && body.IndexOf(sign) >= 0)
        {
            var reader = new Utf8JsonReader(body);
            reader.Read();
            Walk(ref reader, body, operation, places);
        }

        return places;
    }

    // "Z2cu" is the mark of foreign signatures in base64, the only form Gemini's field has.
    private static ReadOnlySpan<byte> Sign(Operation operation) => operation switch
    {
        Operation.ChatCompletions => "\"reasoning_content\""u8,
        Operation.Messages or Operation.CountTokens => "\"gg."u8,
        Operation.GenerateContent or Operation.StreamGenerateContent or Operation.GeminiCountTokens => "\"Z2cu"u8,
        _ => [],
    };

    /// <summary>Goes through the value the reader stands on; true when the value itself is foreign.</summary>
    private static bool Walk(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, Operation operation, List<Range> places)
    {
        if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
        {
            return false;
        }

        var (foreign, keptEnd) = (false, -1);
        while (reader.Read() && reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject))
        {
            var start = (int)reader.TokenStartIndex;
            var drop = false;
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                drop = ReadMember(ref reader, operation, out var marksAll);
                foreign |= marksAll;
            }

            drop |= Walk(ref reader, body, operation, places) && operation is Operation.Messages or Operation.CountTokens;
            if (!drop)
            {
                keptEnd = (int)reader.BytesConsumed;
                continue;
            }

            Drop(body, keptEnd, start, (int)reader.BytesConsumed, places);
        }

        return foreign;
    }

    /// <summary>Moves on to the member's value; true when the member is foreign.</summary>
    /// <param name="marksAll">The object around it is.</param>
    private static bool ReadMember(ref Utf8JsonReader reader, Operation operation, out bool marksAll)
    {
        var reasoning = reader.ValueTextEquals("reasoning_content"u8);
        var signature = reader.ValueTextEquals("signature"u8) || reader.ValueTextEquals("data"u8);
        var thought = reader.ValueTextEquals("thoughtSignature"u8) || reader.ValueTextEquals("thought_signature"u8);
        reader.Read();
        var text = reader.TokenType == JsonTokenType.String ? reader.ValueSpan : default;
        marksAll = signature && operation is Operation.Messages or Operation.CountTokens && text.StartsWith("gg."u8);
        // A tool's schema may have a property of that name, whose value is no text.
        return operation == Operation.ChatCompletions
            ? reasoning && reader.TokenType is JsonTokenType.String or JsonTokenType.Null
            : thought && text.StartsWith("Z2cu"u8);
    }

    private static void Drop(ReadOnlySpan<byte> body, int keptEnd, int start, int end, List<Range> places)
    {
        var next = end + Math.Max(0, body[end..].IndexOfAnyExcept(" \t\r\n"u8));
        var (from, to) = body[next] == ',' ? (start, next + 1) : (keptEnd >= 0 ? keptEnd : start, end);
        if (places.Count > 0 && places[^1].End.Value >= from)
        {
            from = Math.Min(from, places[^1].Start.Value);
            places.RemoveAt(places.Count - 1);
        }

        places.Add(from..to);
    }
}
