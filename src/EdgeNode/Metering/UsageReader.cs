using System.Runtime.InteropServices;
using System.Text.Json;

namespace GlobalGateway.EdgeNode.Metering;

/// <summary>Reads a usage object in OpenAI's, Anthropic's or Gemini's field names; counts that are absent stay as they were.</summary>
public static class UsageReader
{
    /// <summary>Reads the <c>usage</c> member of an answer; nothing where there is none.</summary>
    public static Usage Of(JsonElement answer)
    {
        if (!answer.TryGetProperty("usage"u8, out var usage))
        {
            return default;
        }

        var reader = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(usage));
        reader.Read();
        return Read(ref reader, default);
    }

    /// <summary>The reader stands on the object's start and is left on its end; anything but an object is skipped.</summary>
    public static Usage Read(ref Utf8JsonReader reader, Usage known)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return known;
        }

        long input = -1, cachedPart = -1, output = -1, cacheRead = 0, cacheWrite = 0, thoughts = 0, tools = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("prompt_tokens"u8) || reader.ValueTextEquals("input_tokens"u8) || reader.ValueTextEquals("promptTokenCount"u8))
            {
                input = Number(ref reader);
            }
            else if (reader.ValueTextEquals("completion_tokens"u8) || reader.ValueTextEquals("output_tokens"u8) || reader.ValueTextEquals("candidatesTokenCount"u8))
            {
                output = Number(ref reader);
            }
            else if (reader.ValueTextEquals("cache_read_input_tokens"u8))
            {
                cacheRead = Math.Max(0, Number(ref reader));
            }
            else if (reader.ValueTextEquals("cache_creation_input_tokens"u8))
            {
                cacheWrite = Math.Max(0, Number(ref reader));
            }
            else if (reader.ValueTextEquals("thoughtsTokenCount"u8))
            {
                thoughts = Math.Max(0, Number(ref reader));
            }
            else if (reader.ValueTextEquals("toolUsePromptTokenCount"u8))
            {
                tools = Math.Max(0, Number(ref reader));
            }
            else if (reader.ValueTextEquals("cachedContentTokenCount"u8))
            {
                cachedPart = Number(ref reader);
            }
            else if (reader.ValueTextEquals("prompt_tokens_details"u8) || reader.ValueTextEquals("input_tokens_details"u8))
            {
                cachedPart = ReadCached(ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        // Anthropic counts cached tokens beside input_tokens, OpenAI and Gemini inside theirs; Gemini counts thoughts beside the candidates.
        return new Usage(
            input >= 0 ? input + cacheRead + cacheWrite + tools : known.Input,
            cachedPart >= 0 ? cachedPart : input >= 0 ? cacheRead : known.CachedInput,
            output >= 0 || thoughts > 0 ? Math.Max(output, 0) + thoughts : known.Output);
    }

    private static long ReadCached(ref Utf8JsonReader reader)
    {
        reader.Read();
        var cached = -1L;
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("cached_tokens"u8))
                {
                    cached = Number(ref reader);
                }
                else
                {
                    reader.Read();
                    reader.Skip();
                }
            }
        }
        else
        {
            reader.Skip();
        }

        return cached;
    }

    private static long Number(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) && value >= 0)
        {
            return value;
        }

        reader.Skip();
        return -1;
    }
}
