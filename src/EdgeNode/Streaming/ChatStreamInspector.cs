using System.Text.Json;
using GlobalGateway.EdgeNode.Metering;

namespace GlobalGateway.EdgeNode.Streaming;

/// <summary>OpenAI chat completion chunks, Azure's included: those with empty choices or deltas carry nothing a client waits for, and only Azure's clients know them.</summary>
public sealed class ChatStreamInspector(bool clientWantsUsage, bool azureClient) : StreamInspector
{
    /// <summary>Some delta of the event has a member, if only the role.</summary>
    private bool _said;

    public override EventMeaning Inspect(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            return EventMeaning.Terminator | EventMeaning.Progress;
        }

        if (name.SequenceEqual("error"u8))
        {
            return EventMeaning.Error;
        }

        var reader = new Utf8JsonReader(data);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return EventMeaning.Malformed;
        }

        var meaning = EventMeaning.None;
        var choices = -1;
        var usage = false;
        _said = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("choices"u8))
            {
                reader.Read();
                meaning |= ReadChoices(ref reader, ref choices);
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                reader.Read();
                usage |= reader.TokenType == JsonTokenType.StartObject;
                Usage = UsageReader.Read(ref reader, Usage);
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                meaning |= reader.TokenType == JsonTokenType.Null ? EventMeaning.None : EventMeaning.Error;
                reader.Skip();
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        if (usage && choices <= 0)
        {
            return meaning | EventMeaning.Progress | (clientWantsUsage ? EventMeaning.None : EventMeaning.Withheld);
        }

        return !azureClient && meaning == EventMeaning.None && choices >= 0 && !_said ? EventMeaning.Withheld : meaning;
    }

    private EventMeaning ReadChoices(ref Utf8JsonReader reader, ref int count)
    {
        var meaning = EventMeaning.None;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return meaning;
        }

        count = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            count++;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("delta"u8))
                {
                    reader.Read();
                    meaning |= ReadDelta(ref reader);
                }
                else if (reader.ValueTextEquals("finish_reason"u8))
                {
                    reader.Read();
                    meaning |= IsText(ref reader) ? EventMeaning.Semantic | EventMeaning.Progress : EventMeaning.None;
                }
                else
                {
                    reader.Read();
                    reader.Skip();
                }
            }
        }

        return meaning;
    }

    private EventMeaning ReadDelta(ref Utf8JsonReader reader)
    {
        var meaning = EventMeaning.None;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return meaning;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            _said = true;
            var text = reader.ValueTextEquals("content"u8) || reader.ValueTextEquals("refusal"u8);
            var reasoning = reader.ValueTextEquals("reasoning_content"u8) || reader.ValueTextEquals("reasoning"u8);
            var call = reader.ValueTextEquals("tool_calls"u8) || reader.ValueTextEquals("function_call"u8) || reader.ValueTextEquals("audio"u8);
            reader.Read();
            if (text && Count(ref reader, ref Seen.Answer) || reasoning && Count(ref reader, ref Seen.Reasoning) || call && ReadCalls(ref reader))
            {
                meaning |= EventMeaning.Semantic | EventMeaning.Progress;
            }

            reader.Skip();
        }

        return meaning;
    }

    /// <summary>Counts names and arguments; whether there is anything. Leaves the reader on the end.</summary>
    private bool ReadCalls(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
        {
            return false;
        }

        var depth = reader.CurrentDepth;
        var any = false;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            any = true;
            if (reader.TokenType == JsonTokenType.PropertyName && (reader.ValueTextEquals("name"u8) || reader.ValueTextEquals("arguments"u8)))
            {
                reader.Read();
                _ = Count(ref reader, ref Seen.Answer);
            }
        }

        return any;
    }
}
