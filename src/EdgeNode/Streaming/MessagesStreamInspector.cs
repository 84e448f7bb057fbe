using System.Text.Json;
using GlobalGateway.EdgeNode.Metering;

namespace GlobalGateway.EdgeNode.Streaming;

/// <summary>Events of Anthropic's messages API.</summary>
public sealed class MessagesStreamInspector : StreamInspector
{
    public override EventMeaning Inspect(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return EventMeaning.Malformed;
        }

        ReadOnlySpan<byte> type = name;
        var content = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                type = reader.TokenType == JsonTokenType.String ? reader.ValueSpan : type;
            }
            else if (reader.ValueTextEquals("delta"u8) || reader.ValueTextEquals("content_block"u8))
            {
                reader.Read();
                content |= ReadContent(ref reader);
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                reader.Read();
                Usage = UsageReader.Read(ref reader, Usage);
            }
            else if (reader.ValueTextEquals("message"u8))
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

        if (type.SequenceEqual("error"u8))
        {
            return EventMeaning.Error;
        }

        if (type.SequenceEqual("message_stop"u8))
        {
            return EventMeaning.Terminator | EventMeaning.Progress;
        }

        return content ? EventMeaning.Semantic | EventMeaning.Progress : EventMeaning.None;
    }

    /// <summary>Whether a block or delta holds text, thinking, a tool or a stop reason.</summary>
    private bool ReadContent(ref Utf8JsonReader reader)
    {
        var content = false;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return content;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var answer = reader.ValueTextEquals("text"u8) || reader.ValueTextEquals("partial_json"u8) || reader.ValueTextEquals("name"u8);
            var thinking = reader.ValueTextEquals("thinking"u8);
            var other = reader.ValueTextEquals("signature"u8) || reader.ValueTextEquals("data"u8) || reader.ValueTextEquals("stop_reason"u8)
                || reader.ValueTextEquals("tool_use_id"u8);
            reader.Read();
            content |= answer && Count(ref reader, ref Seen.Answer) || thinking && Count(ref reader, ref Seen.Reasoning) || other && IsText(ref reader);
            reader.Skip();
        }

        return content;
    }
}
