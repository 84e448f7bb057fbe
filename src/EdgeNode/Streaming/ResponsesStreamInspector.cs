using System.Text.Json;
using GlobalGateway.EdgeNode.Metering;

namespace GlobalGateway.EdgeNode.Streaming;

/// <summary>Typed events of the OpenAI responses API.</summary>
public sealed class ResponsesStreamInspector : StreamInspector
{
    public override EventMeaning Inspect(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            return EventMeaning.None;
        }

        var reader = new Utf8JsonReader(data);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return EventMeaning.Malformed;
        }

        ReadOnlySpan<byte> type = name;
        var delta = false;
        var contentItem = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                type = reader.TokenType == JsonTokenType.String ? reader.ValueSpan : type;
            }
            else if (reader.ValueTextEquals("delta"u8))
            {
                reader.Read();
                delta = Count(ref reader, ref Seen.Answer);
                reader.Skip();
            }
            else if (reader.ValueTextEquals("item"u8))
            {
                reader.Read();
                contentItem = ReadItem(ref reader);
            }
            else if (reader.ValueTextEquals("response"u8))
            {
                reader.Read();
                ReadUsageInside(ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        if (type.SequenceEqual("response.completed"u8) || type.SequenceEqual("response.incomplete"u8))
        {
            return EventMeaning.Terminator | EventMeaning.Semantic | EventMeaning.Progress;
        }

        if (type.SequenceEqual("response.failed"u8) || type.SequenceEqual("error"u8))
        {
            return EventMeaning.Error;
        }

        if (type.EndsWith(".delta"u8))
        {
            return delta ? EventMeaning.Semantic | EventMeaning.Progress : EventMeaning.None;
        }

        return type.SequenceEqual("response.output_item.added"u8) && contentItem
            ? EventMeaning.Semantic | EventMeaning.Progress
            : EventMeaning.None;
    }

    /// <summary>Whether an item is content by itself, as a call or a server tool is; a message and a reasoning block begin empty.</summary>
    private static bool ReadItem(ref Utf8JsonReader reader)
    {
        var content = false;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return content;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            content |= isType && IsText(ref reader) && !reader.ValueTextEquals("message"u8) && !reader.ValueTextEquals("reasoning"u8);
            reader.Skip();
        }

        return content;
    }
}
