using System.Buffers;
using System.Text.Json;

namespace GlobalGateway.EdgeNode.ResponseState;

/// <summary>Copies a provider's JSON with the ids of responses replaced and encrypted reasoning marked with its maker, and every other byte as it is.</summary>
public static class ResponseIdRewriter
{
    /// <summary>Whether there can be anything to replace: inside text the quotes are escaped, so only members or values of these names are found.</summary>
    public static bool Concerns(ReadOnlySpan<byte> json) => json.IndexOf("\"response\""u8) >= 0 || json.IndexOf("\"encrypted_content\""u8) >= 0;

    /// <param name="json">A response, or an event that may hold one.</param>
    /// <param name="isEvent">The response is the member <c>response</c>.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static void Write(ReadOnlySpan<byte> json, bool isEvent, ResponseIdStamp stamp, IBufferWriter<byte> output)
    {
        var reader = new Utf8JsonReader(json);
        var copied = 0;
        var inside = !isEvent;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            if (isEvent && reader.CurrentDepth == 1)
            {
                inside = reader.ValueTextEquals("response"u8);
            }

            var isId = inside && reader.CurrentDepth == (isEvent ? 2 : 1) && (reader.ValueTextEquals("id"u8) || reader.ValueTextEquals("previous_response_id"u8));
            var isReasoning = !isId && reader.ValueTextEquals("encrypted_content"u8);
            if (!isId && !isReasoning || !reader.Read() || reader.TokenType != JsonTokenType.String)
            {
                continue;
            }

            // A mark goes in right after the quote.
            var start = (int)reader.TokenStartIndex;
            output.Write(json[copied..(isId ? start : start + 1)]);
            output.Write(isId ? stamp.JsonOf(reader.GetString()!) : stamp.ReasoningMark);
            copied = isId ? (int)reader.BytesConsumed : start + 1;
        }

        output.Write(json[copied..]);
    }
}
