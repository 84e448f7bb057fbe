using System.Buffers;
using System.Text.Json;

namespace GlobalGateway.EdgeNode.ResponseState;

/// <summary>Copies a provider's JSON with the ids of responses replaced, and every other byte as it is.</summary>
public static class ResponseIdRewriter
{
    /// <param name="json">A response, or an event that may hold one.</param>
    /// <param name="isEvent">The response is the member <c>response</c>.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static void Write(ReadOnlySpan<byte> json, bool isEvent, ResponseIdStamp stamp, IBufferWriter<byte> output)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        var copied = 0;
        var left = isEvent && !FindResponse(ref reader) || reader.TokenType != JsonTokenType.StartObject ? 0 : 2;
        while (left > 0 && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isId = reader.ValueTextEquals("id"u8) || reader.ValueTextEquals("previous_response_id"u8);
            reader.Read();
            if (!isId)
            {
                reader.Skip();
                continue;
            }

            left--;
            if (reader.TokenType == JsonTokenType.String)
            {
                output.Write(json[copied..(int)reader.TokenStartIndex]);
                output.Write(stamp.JsonOf(reader.GetString()!));
                copied = (int)reader.BytesConsumed;
            }
        }

        output.Write(json[copied..]);
    }

    private static bool FindResponse(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("response"u8);
            reader.Read();
            if (found)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }
}
