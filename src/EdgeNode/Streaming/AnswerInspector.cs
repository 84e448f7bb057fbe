using System.Text.Json;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Metering;

namespace GlobalGateway.EdgeNode.Streaming;

/// <summary>Checks that the whole body of a 200 is an answer in its dialect, and reads its usage.</summary>
public static class AnswerInspector
{
    /// <summary>False for an empty body, HTML, an error object, or JSON that lacks what every answer of the operation has.</summary>
    public static bool TryRead(Operation operation, ReadOnlySpan<byte> body, out Usage usage)
    {
        usage = default;
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            var required = Required(operation);
            var found = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("error"u8))
                {
                    reader.Read();
                    if (reader.TokenType != JsonTokenType.Null)
                    {
                        return false;
                    }
                }
                else if (reader.ValueTextEquals("usage"u8) || reader.ValueTextEquals("usageMetadata"u8))
                {
                    reader.Read();
                    usage = UsageReader.Read(ref reader, usage);
                }
                else
                {
                    // A blocked prompt is Gemini's answer too.
                    found |= reader.ValueTextEquals(required) || operation == Operation.GenerateContent && reader.ValueTextEquals("promptFeedback"u8);
                    reader.Read();
                    reader.Skip();
                }
            }

            while (reader.Read())
            {
            }

            return found;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static ReadOnlySpan<byte> Required(Operation operation) => operation switch
    {
        Operation.ChatCompletions => "choices"u8,
        Operation.Responses => "output"u8,
        Operation.Embeddings => "data"u8,
        Operation.Messages => "content"u8,
        Operation.GenerateContent => "candidates"u8,
        Operation.GeminiCountTokens => "totalTokens"u8,
        _ => "input_tokens"u8,
    };
}
