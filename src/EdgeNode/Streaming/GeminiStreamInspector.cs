using System.Text.Json;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Translation.Gemini;

namespace GlobalGateway.EdgeNode.Streaming;

/// <summary>Chunks of a Gemini stream. It has no end mark of its own: the last candidate's finish reason is it, and an end without one is a cut.</summary>
/// <param name="candidates">How many the client asked for.</param>
public sealed class GeminiStreamInspector(int candidates = 1) : StreamInspector
{
    private int _ended;

    private const EventMeaning Content = EventMeaning.Semantic | EventMeaning.Progress;
    private const EventMeaning End = Content | EventMeaning.Terminator;

    public override EventMeaning Inspect(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return EventMeaning.Malformed;
        }

        var meaning = EventMeaning.None;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("candidates"u8))
            {
                reader.Read();
                meaning |= ReadCandidates(ref reader, data);
            }
            else if (reader.ValueTextEquals("usageMetadata"u8))
            {
                reader.Read();
                Usage = UsageReader.Read(ref reader, Usage);
            }
            else if (reader.ValueTextEquals("promptFeedback"u8))
            {
                reader.Read();
                meaning |= HasText(ref reader, "blockReason"u8) ? End : EventMeaning.None;
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

        return meaning;
    }

    private EventMeaning ReadCandidates(ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var meaning = EventMeaning.None;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return meaning;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("content"u8))
                {
                    reader.Read();
                    meaning |= ReadContent(ref reader, data);
                }
                else if (reader.ValueTextEquals("finishReason"u8))
                {
                    reader.Read();
                    meaning |= ReadFinish(ref reader);
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

    private EventMeaning ReadFinish(ref Utf8JsonReader reader)
    {
        if (!IsText(ref reader) || reader.ValueTextEquals("FINISH_REASON_UNSPECIFIED"u8))
        {
            reader.Skip();
            return EventMeaning.None;
        }

        return !GeminiWords.TryStop(reader.GetString()!, out _) ? EventMeaning.Malformed : ++_ended < candidates ? Content : End;
    }

    private EventMeaning ReadContent(ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var meaning = EventMeaning.None;
        var depth = reader.CurrentDepth;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return meaning;
        }

        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                meaning |= ReadPart(ref reader, data) ? Content : EventMeaning.None;
            }
        }

        return meaning;
    }

    /// <summary>Whether a part holds text, a signature or a call; leaves the reader on its end.</summary>
    private bool ReadPart(ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var content = false;
        var thought = false;
        ReadOnlySpan<byte> text = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("text"u8))
            {
                reader.Read();
                text = IsText(ref reader) ? reader.ValueSpan : text;
            }
            else if (reader.ValueTextEquals("thought"u8))
            {
                reader.Read();
                thought = reader.TokenType == JsonTokenType.True;
            }
            else if (reader.ValueTextEquals("thoughtSignature"u8))
            {
                reader.Read();
                content |= IsText(ref reader);
            }
            else if (reader.ValueTextEquals("functionCall"u8))
            {
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                Seen.Answer.AddJson(data[start..(int)reader.BytesConsumed]);
                content = true;
            }
            else
            {
                reader.Read();
            }

            reader.Skip();
        }

        if (thought)
        {
            Seen.Reasoning.AddJson(text);
        }
        else
        {
            Seen.Answer.AddJson(text);
        }

        return content || !text.IsEmpty;
    }

    private static bool HasText(ref Utf8JsonReader reader, ReadOnlySpan<byte> member)
    {
        var found = false;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return found;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = reader.ValueTextEquals(member);
            reader.Read();
            found |= wanted && IsText(ref reader);
            reader.Skip();
        }

        return found;
    }
}
