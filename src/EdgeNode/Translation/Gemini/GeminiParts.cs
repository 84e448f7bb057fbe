using System.Text.Json;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary>Writes the parts of one turn.</summary>
internal static class GeminiParts
{
    public static void Write(Utf8JsonWriter writer, Turn turn)
    {
        // A signature stands on the part that came after the thinking; where none follows, on an empty text.
        string? signature = null;
        foreach (var part in turn.Parts)
        {
            if (part is ReasoningPart reasoning)
            {
                signature = reasoning.Signature;
                continue;
            }

            Write(writer, part, ref signature);
        }

        if (signature is not null)
        {
            Write(writer, new TextPart(""), ref signature);
        }
    }

    private static void Write(Utf8JsonWriter writer, Part part, ref string? signature)
    {
        writer.WriteStartObject();
        var own = signature;
        switch (part)
        {
            case TextPart text:
                writer.WriteString("text", text.Text);
                break;
            case RefusalPart refusal:
                writer.WriteString("text", refusal.Text);
                break;
            case ImagePart image:
                WriteBytes(writer, image.MediaType, image.Base64, "image");
                break;
            case FilePart file:
                WriteBytes(writer, file.MediaType, file.Base64, "file");
                break;
            case ToolCallPart call:
                writer.WriteStartObject("functionCall");
                writer.WriteString("name", call.Name);
                writer.WritePropertyName("args");
                writer.WriteRawValue(call.Arguments);
                writer.WriteEndObject();
                break;
            case ToolResultPart result:
                WriteResult(writer, result);
                break;
        }

        if (own is { Length: > 0 })
        {
            writer.WriteString("thoughtSignature", own);
        }

        signature = null;
        writer.WriteEndObject();
    }

    private static void WriteBytes(Utf8JsonWriter writer, string? mediaType, string? base64, string what)
    {
        if (base64 is null)
        {
            throw new TranslationException("messages", $"This target takes no {what} by URL; send its bytes.");
        }

        writer.WriteStartObject("inlineData");
        writer.WriteString("mimeType", mediaType);
        writer.WriteString("data", base64);
        writer.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter writer, ToolResultPart result)
    {
        var text = string.Concat(result.Content.OfType<TextPart>().Select(t => t.Text));
        writer.WriteStartObject("functionResponse");
        writer.WriteString("name", result.Name);
        writer.WritePropertyName("response");
        if (!result.IsError && text.Length > 0 && ToolArguments.IsObject(text))
        {
            writer.WriteRawValue(text);
        }
        else
        {
            writer.WriteStartObject();
            writer.WriteString(result.IsError ? "error" : "output", text);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
