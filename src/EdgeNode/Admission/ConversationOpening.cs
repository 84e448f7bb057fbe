using System.Text.Json;

namespace GlobalGateway.EdgeNode.Admission;

/// <summary>Finds the part of a prompt that stays the same from turn to turn: everything up to the first user message.</summary>
public static class ConversationOpening
{
    /// <summary>Bytes that are hashed at most: enough to tell conversations apart.</summary>
    private const int HashedBytesMax = 16 * 1024;

    /// <summary>The reader stands on a value and is left on its end; returns where the opening ends in the body.</summary>
    public static int Skip(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return (int)reader.BytesConsumed;
        }

        var end = -1;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (end < 0 && reader.TokenType == JsonTokenType.StartObject && IsUserMessage(ref reader))
            {
                end = (int)reader.BytesConsumed;
            }
            else
            {
                reader.Skip();
            }
        }

        return end < 0 ? (int)reader.BytesConsumed : end;
    }

    public static int Hash(ReadOnlySpan<byte> opening)
    {
        var hash = new HashCode();
        hash.AddBytes(opening[..Math.Min(opening.Length, HashedBytesMax)]);
        return hash.ToHashCode();
    }

    /// <summary>Leaves the reader on the object's end.</summary>
    private static bool IsUserMessage(ref Utf8JsonReader reader)
    {
        var user = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var role = reader.ValueTextEquals("role"u8);
            reader.Read();
            user |= role && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("user"u8);
            reader.Skip();
        }

        return user;
    }
}
