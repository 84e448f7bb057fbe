using System.Text.Json;
using GlobalGateway.EdgeNode.Attempts;

namespace GlobalGateway.EdgeNode.ResponseState;

/// <summary>
/// Encrypted reasoning that a client of the responses API sends back to a target of that API: its maker gets it as it was, and
/// towards any other the item is left out, since no other could read it.
/// </summary>
public static class ReturnedReasoning
{
    /// <param name="provider">Whose reasoning the target can read.</param>
    public static void Rewrite(ReadOnlySpan<byte> body, string provider, ref Splices splices)
    {
        if (body.IndexOf("\"encrypted_content\""u8) < 0)
        {
            return;
        }

        var items = ReadItems(body, ResponseIdStamp.MarkOf(provider), ref splices);
        for (var i = 0; i < items.Count; i++)
        {
            if (!items[i].IsForeign)
            {
                continue;
            }

            // A run of items goes with the comma after it, or the one before it where it is the last.
            var end = items.FindIndex(i, item => !item.IsForeign);
            var (from, to) = end >= 0 ? (items[i].Start, items[end].Start) : (i > 0 ? items[i - 1].End : items[i].Start, items[^1].End);
            splices.Replace(from, to, default);
            i = end >= 0 ? end : items.Count;
        }
    }

    private static List<(int Start, int End, bool IsForeign)> ReadItems(ReadOnlySpan<byte> body, ReadOnlySpan<byte> mark, ref Splices splices)
    {
        var items = new List<(int, int, bool)>();
        var reader = new Utf8JsonReader(body);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var input = reader.ValueTextEquals("input"u8);
            reader.Read();
            if (!input || reader.TokenType != JsonTokenType.StartArray)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)reader.TokenStartIndex;
                var foreign = ReadItem(ref reader, mark, ref splices);
                items.Add((start, (int)reader.BytesConsumed, foreign));
            }
        }

        return items;
    }

    /// <summary>Takes the mark out of the target's own; true for another's. Leaves the reader on the item's end.</summary>
    private static bool ReadItem(ref Utf8JsonReader reader, ReadOnlySpan<byte> mark, ref Splices splices)
    {
        var foreign = false;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return foreign;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var encrypted = reader.ValueTextEquals("encrypted_content"u8);
            reader.Read();
            if (encrypted && reader.TokenType == JsonTokenType.String && reader.ValueSpan.StartsWith(mark))
            {
                var start = (int)reader.TokenStartIndex + 1;
                splices.Replace(start, start + mark.Length, default);
            }
            else if (encrypted && reader.TokenType == JsonTokenType.String)
            {
                foreign = reader.ValueSpan.StartsWith("gg."u8);
            }

            reader.Skip();
        }

        return foreign;
    }
}
