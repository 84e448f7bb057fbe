using System.Buffers;
using System.Text.Json;
using GlobalGateway.EdgeNode.Admission;
using GlobalGateway.EdgeNode.Translation;
using GlobalGateway.EdgeNode.Translation.Gemini;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.TokenCounting;

/// <summary>Gemini's <c>countTokens</c>, whose body is either contents or a whole request.</summary>
internal static class GeminiTokenCounts
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = AdmissionLimits.JsonDepthMax };

    public static ChatRequest ReadRequest(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body, Options);
        var root = GeminiFieldNames.ToCamelCase(document.RootElement);
        return GeminiRequestReader.Read(root.Has("generateContentRequest", out var inner) ? inner.Object("generateContentRequest") : root);
    }

    /// <summary>Where the body names the model a second time; the path has named it already.</summary>
    public static Range? NestedModel(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = AdmissionLimits.JsonDepthMax });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var inner = reader.CurrentDepth == 1 && (reader.ValueTextEquals("generateContentRequest"u8) || reader.ValueTextEquals("generate_content_request"u8));
            var model = reader.CurrentDepth == 2 && reader.ValueTextEquals("model"u8);
            reader.Read();
            if (model && reader.TokenType == JsonTokenType.String)
            {
                return (int)reader.TokenStartIndex..(int)reader.BytesConsumed;
            }

            if (!inner || reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
            }
        }

        return null;
    }

    public static void WriteAnswer(Utf8JsonWriter writer, long tokens)
    {
        writer.WriteStartObject();
        writer.WriteNumber("totalTokens", tokens);
        writer.WriteStartArray("promptTokensDetails");
        writer.WriteStartObject();
        writer.WriteString("modality", "TEXT");
        writer.WriteNumber("tokenCount", tokens);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
