using System.Runtime.InteropServices;
using System.Text.Json;

namespace GlobalGateway.EdgeNode.Metering;

/// <summary>
/// Reads a usage object in OpenAI's, Anthropic's or Gemini's field names. Streamed counts are cumulative: a later one replaces
/// an earlier one, and counts that are absent stay as they were.
/// </summary>
public static class UsageReader
{
    /// <summary>Reads the <c>usage</c> member of an answer; nothing where there is none.</summary>
    public static Usage Of(JsonElement answer) => Of(answer, "usage"u8, default);

    /// <summary>The same for another name; what is known stays where there is none.</summary>
    public static Usage Of(JsonElement answer, ReadOnlySpan<byte> member, Usage known)
    {
        if (!answer.TryGetProperty(member, out var usage))
        {
            return known;
        }

        var reader = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(usage));
        reader.Read();
        return Read(ref reader, known);
    }

    /// <summary>The reader stands on the object's start and is left on its end; anything but an object is skipped.</summary>
    public static Usage Read(ref Utf8JsonReader reader, Usage known)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return known;
        }

        var counts = default(Counts);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("prompt_tokens"u8) || reader.ValueTextEquals("promptTokenCount"u8))
            {
                counts.Input = Number(ref reader);
                counts.InputHoldsCached = true;
            }
            else if (reader.ValueTextEquals("input_tokens"u8))
            {
                counts.Input = Number(ref reader);
            }
            else if (reader.ValueTextEquals("completion_tokens"u8) || reader.ValueTextEquals("output_tokens"u8))
            {
                counts.Output = Number(ref reader);
                counts.OutputHoldsReasoning = true;
            }
            else if (reader.ValueTextEquals("candidatesTokenCount"u8))
            {
                counts.Output = Number(ref reader);
            }
            else if (reader.ValueTextEquals("thoughtsTokenCount"u8))
            {
                counts.Reasoning = Number(ref reader);
            }
            else if (reader.ValueTextEquals("toolUsePromptTokenCount"u8))
            {
                counts.Tools = Number(ref reader);
            }
            else if (reader.ValueTextEquals("cache_read_input_tokens"u8) || reader.ValueTextEquals("cachedContentTokenCount"u8))
            {
                counts.CacheRead = Number(ref reader);
            }
            else if (reader.ValueTextEquals("cache_creation_input_tokens"u8))
            {
                counts.CacheWrites = Number(ref reader);
            }
            else if (reader.ValueTextEquals("cache_creation"u8))
            {
                ReadMembers(ref reader, "ephemeral_1h_input_tokens"u8, ref counts.CacheWriteLong);
            }
            else if (reader.ValueTextEquals("prompt_tokens_details"u8) || reader.ValueTextEquals("input_tokens_details"u8))
            {
                // Anthropic has no such member, so its input_tokens are told from those of OpenAI's responses by it.
                counts.InputHoldsCached = true;
                ReadMembers(ref reader, "cached_tokens"u8, ref counts.CacheRead);
            }
            else if (reader.ValueTextEquals("completion_tokens_details"u8) || reader.ValueTextEquals("output_tokens_details"u8))
            {
                ReadMembers(ref reader, "reasoning_tokens"u8, ref counts.Reasoning);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return counts.Over(known);
    }

    private static void ReadMembers(ref Utf8JsonReader reader, ReadOnlySpan<byte> wanted, ref long? count)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(wanted))
            {
                count = Number(ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    private static long? Number(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) && value >= 0)
        {
            return value;
        }

        reader.Skip();
        return null;
    }

    /// <summary>The counts as one object states them: absent ones are not known.</summary>
    private struct Counts
    {
        public long? Input;
        public bool InputHoldsCached;
        public long? CacheRead;
        public long? CacheWrites;
        public long? CacheWriteLong;
        public long? Tools;
        public long? Output;
        public bool OutputHoldsReasoning;
        public long? Reasoning;

        public readonly Usage Over(Usage known)
        {
            // A part is never more than the whole that holds it, whatever a provider writes.
            var cacheRead = CacheRead ?? known.CacheRead;
            cacheRead = InputHoldsCached && Input is { } prompt ? Math.Min(cacheRead, prompt) : cacheRead;
            var input = Input is { } all ? all - (InputHoldsCached ? cacheRead : 0) + (Tools ?? 0) : known.Input;
            var writes = CacheWrites ?? known.CacheWrite + known.CacheWriteLong;
            var writeLong = Math.Min(CacheWriteLong ?? known.CacheWriteLong, writes);
            var reasoning = Reasoning ?? known.Reasoning;
            reasoning = OutputHoldsReasoning && Output is { } whole ? Math.Min(reasoning, whole) : reasoning;
            return new Usage
            {
                Input = input,
                CacheRead = cacheRead,
                CacheWrite = writes - writeLong,
                CacheWriteLong = writeLong,
                Output = Output is { } answer ? answer - (OutputHoldsReasoning ? reasoning : 0) : known.Output,
                Reasoning = reasoning,
            };
        }
    }
}
