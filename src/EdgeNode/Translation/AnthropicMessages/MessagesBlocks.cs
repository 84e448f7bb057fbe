using System.Text;
using System.Text.Json;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.AnthropicMessages;

/// <summary>Reads and writes content blocks.</summary>
internal static class MessagesBlocks
{
    private const string PlainText = "text/plain";

    /// <summary>A member that is text or a list of blocks.</summary>
    public static List<Part> Read(JsonElement owner, string member, string place)
    {
        if (!owner.Has(member, out var content))
        {
            return [];
        }

        return content.ValueKind == JsonValueKind.String
            ? [new TextPart(content.GetString()!)]
            : [.. owner.Items(member, place).Select(b => ReadBlock(b.Item.Object(b.Place), b.Place))];
    }

    public static Part ReadBlock(JsonElement block, string place)
    {
        switch (block.RequiredText("type", place))
        {
            case "text":
                return new TextPart(block.RequiredText("text", place)) { Citations = [.. block.Items("citations", place).Select(c => MessagesCitations.Read(c.Item)).OfType<Citation>()] };
            case "image":
                var (imageType, imageBytes, imageUrl) = ReadSource(block, place);
                return new ImagePart(imageType, imageBytes, imageUrl);
            case "document":
                var (type, bytes, url) = ReadSource(block, place);
                return new FilePart(type, bytes, url, block.Text("title", place));
            case "thinking":
                var (provider, signature) = ForeignSignature.Read(block.Text("signature", place), MessagesWords.Provider);
                return new ReasoningPart(block.Text("thinking", place) ?? "", signature, null, provider);
            case "redacted_thinking":
                return new ReasoningPart("", null, block.Text("data", place), MessagesWords.Provider);
            case "tool_use":
                return new ToolCallPart(
                    block.RequiredText("id", place), block.RequiredText("name", place), block.Has("input", out var input) ? input.Object($"{place}.input").GetRawText() : "{}");
            case "tool_result":
                return new ToolResultPart(block.RequiredText("tool_use_id", place), null, Read(block, "content", place), block.Flag("is_error", place) == true);
            case var other:
                throw new TranslationException($"{place}.type", $"Content of type \"{other}\" is not available from this target.");
        }
    }

    private static (string? MediaType, string? Base64, string? Url) ReadSource(JsonElement block, string place)
    {
        if (!block.Has("source", out var source))
        {
            throw new TranslationException($"{place}.source", $"\"{place}.source\" is missing.");
        }

        var inner = $"{place}.source";
        return source.Object(inner).RequiredText("type", inner) switch
        {
            "base64" => (source.RequiredText("media_type", inner), source.RequiredText("data", inner), null),
            "url" => (null, null, source.RequiredText("url", inner)),
            "text" => (source.Text("media_type", inner) ?? PlainText, Encode(source.RequiredText("data", inner)), null),
            "content" => (PlainText, Encode(string.Concat(Read(source, "content", inner).OfType<TextPart>().Select(t => t.Text))), null),
            var other => throw new TranslationException($"{inner}.type", $"A source of type \"{other}\" is not available from this target."),
        };
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public static void Write(Utf8JsonWriter writer, Part part)
    {
        switch (part)
        {
            case TextPart text:
                Begin(writer, "text");
                writer.WriteString("text", text.Text);
                break;
            case RefusalPart refusal:
                Begin(writer, "text");
                writer.WriteString("text", refusal.Text);
                break;
            case ImagePart image:
                Begin(writer, "image");
                WriteSource(writer, image.MediaType, image.Base64, image.Url);
                break;
            case FilePart file:
                Begin(writer, "document");
                WriteSource(writer, file.MediaType, file.Base64, file.Url);
                if (file.Name is { } title)
                {
                    writer.WriteString("title", title);
                }

                break;
            case ReasoningPart { Redacted: { } data }:
                Begin(writer, "redacted_thinking");
                writer.WriteString("data", data);
                break;
            case ReasoningPart reasoning:
                Begin(writer, "thinking");
                writer.WriteString("thinking", reasoning.Text);
                writer.WriteString("signature", reasoning.Signature ?? "");
                break;
            case ToolCallPart call:
                Begin(writer, "tool_use");
                writer.WriteString("id", CallIds.ForAnthropic(call.Id));
                writer.WriteString("name", call.Name);
                writer.WritePropertyName("input");
                writer.WriteRawValue(ToolArguments.OrEmpty(call.Arguments));
                break;
            case ToolResultPart result:
                Begin(writer, "tool_result");
                writer.WriteString("tool_use_id", CallIds.ForAnthropic(result.CallId));
                writer.WriteStartArray("content");
                foreach (var inner in result.Content.Where(p => p is not TextPart { Text.Length: 0 }))
                {
                    Write(writer, inner);
                }

                writer.WriteEndArray();
                if (result.IsError)
                {
                    writer.WriteBoolean("is_error", true);
                }

                break;
        }

        writer.WriteEndObject();
    }

    private static void Begin(Utf8JsonWriter writer, string type)
    {
        writer.WriteStartObject();
        writer.WriteString("type", type);
    }

    private static void WriteSource(Utf8JsonWriter writer, string? mediaType, string? base64, string? url)
    {
        writer.WriteStartObject("source");
        if (base64 is null)
        {
            writer.WriteString("type", "url");
            writer.WriteString("url", url);
        }
        else if (mediaType is not null && mediaType.StartsWith("text/", StringComparison.Ordinal))
        {
            // Of texts they take plain ones only, as they are.
            writer.WriteString("type", "text");
            writer.WriteString("media_type", PlainText);
            writer.WriteString("data", Encoding.UTF8.GetString(Convert.FromBase64String(base64)));
        }
        else
        {
            writer.WriteString("type", "base64");
            writer.WriteString("media_type", mediaType);
            writer.WriteString("data", base64);
        }

        writer.WriteEndObject();
    }
}
