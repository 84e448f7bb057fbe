using System.Text;
using System.Text.Json;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.OpenAIChat;

/// <summary>Reads and writes the messages of the chat API.</summary>
internal static class ChatMessages
{
    public static Turn ReadTurn(JsonElement message, string place)
    {
        var role = message.RequiredText("role", place);
        switch (role)
        {
            case "system" or "developer":
                return new Turn(TurnRole.System, ReadContent(message, place));
            case "user":
                return new Turn(TurnRole.User, ReadContent(message, place));
            case "assistant":
                return new Turn(TurnRole.Assistant, ReadAssistant(message, place));
            case "tool":
                return new Turn(TurnRole.User, [new ToolResultPart(message.RequiredText("tool_call_id", place), message.Text("name", place), ReadContent(message, place), IsError: false)]);
            default:
                throw new TranslationException($"{place}.role", $"\"{place}.role\" is \"{role}\"; it must be system, developer, user, assistant or tool.");
        }
    }

    private static List<Part> ReadAssistant(JsonElement message, string place)
    {
        var parts = new List<Part>();
        if (message.Text("reasoning_content", place) is { Length: > 0 } reasoning)
        {
            parts.Add(new ReasoningPart(reasoning, null, null, null));
        }

        parts.AddRange(ReadContent(message, place));
        if (message.Text("refusal", place) is { Length: > 0 } refusal)
        {
            parts.Add(new RefusalPart(refusal));
        }

        foreach (var (call, callPlace) in message.Items("tool_calls", place))
        {
            if (!call.Object(callPlace).Has("function", out var function))
            {
                throw new TranslationException($"{callPlace}.function", $"\"{callPlace}.function\" is missing.");
            }

            var inner = $"{callPlace}.function";
            function.Object(inner);
            parts.Add(new ToolCallPart(
                call.RequiredText("id", callPlace), function.RequiredText("name", inner), ToolArguments.Valid(function.Text("arguments", inner), $"{inner}.arguments")));
        }

        return parts;
    }

    private static List<Part> ReadContent(JsonElement message, string place)
    {
        if (!message.Has("content", out var content))
        {
            return [];
        }

        return content.ValueKind == JsonValueKind.String
            ? [new TextPart(content.GetString()!)]
            : [.. message.Items("content", place).Select(p => ReadPart(p.Item.Object(p.Place), p.Place))];
    }

    private static Part ReadPart(JsonElement part, string place)
    {
        switch (part.RequiredText("type", place))
        {
            case "text":
                return new TextPart(part.RequiredText("text", place));
            case "refusal":
                return new RefusalPart(part.RequiredText("refusal", place));
            case "image_url" when part.Has("image_url", out var image):
                var url = image.Object($"{place}.image_url").RequiredText("url", $"{place}.image_url");
                return DataUrl.TryParse(url, out var type, out var bytes) ? new ImagePart(type, bytes, null) : new ImagePart(null, null, url);
            case "file" when part.Has("file", out var file):
                var data = file.Object($"{place}.file").Text("file_data", $"{place}.file");
                return data is not null && DataUrl.TryParse(data, out var fileType, out var fileBytes)
                    ? new FilePart(fileType, fileBytes, null, file.Text("filename", $"{place}.file"))
                    : throw new TranslationException($"{place}.file", "A file must come as \"file_data\" with a data URL; an uploaded file's id is known only to its provider.");
            case var other:
                throw new TranslationException($"{place}.type", $"Content of type \"{other}\" is not available from this target.");
        }
    }

    public static void WriteTurn(Utf8JsonWriter writer, Turn turn, Action<string> drop)
    {
        // Each tool result is a message of its own, before anything else the user says; only text fits in it.
        var attached = new List<Part>();
        foreach (var result in turn.Parts.OfType<ToolResultPart>())
        {
            writer.WriteStartObject();
            writer.WriteString("role", "tool");
            writer.WriteString("tool_call_id", CallIds.ForOpenAI(result.CallId));
            writer.WriteString("content", string.Concat(result.Content.OfType<TextPart>().Select(t => t.Text)));
            writer.WriteEndObject();
            attached.AddRange(result.Content.Where(p => p is ImagePart or FilePart));
        }

        Part[] rest = [.. attached, .. turn.Parts.Where(p => p is not ToolResultPart)];
        if (rest.Length == 0)
        {
            return;
        }

        switch (turn.Role)
        {
            case TurnRole.System:
                writer.WriteStartObject();
                writer.WriteString("role", "system");
                writer.WriteString("content", string.Join("\n\n", rest.OfType<TextPart>().Select(t => t.Text)));
                writer.WriteEndObject();
                break;
            case TurnRole.User:
                WriteUser(writer, rest);
                break;
            default:
                WriteAssistant(writer, rest, drop);
                break;
        }
    }

    private static void WriteUser(Utf8JsonWriter writer, IReadOnlyList<Part> parts)
    {
        writer.WriteStartObject();
        writer.WriteString("role", "user");
        if (parts is [TextPart only])
        {
            writer.WriteString("content", only.Text);
        }
        else
        {
            writer.WriteStartArray("content");
            foreach (var part in parts)
            {
                WritePart(writer, part);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WritePart(Utf8JsonWriter writer, Part part)
    {
        writer.WriteStartObject();
        switch (part)
        {
            case TextPart text:
                writer.WriteString("type", "text");
                writer.WriteString("text", text.Text);
                break;
            case ImagePart image:
                writer.WriteString("type", "image_url");
                writer.WriteStartObject("image_url");
                writer.WriteString("url", image.Url ?? DataUrl.Make(image.MediaType!, image.Base64!));
                writer.WriteEndObject();
                break;
            case FilePart { Base64: { } encoded, MediaType: { } type } when type.StartsWith("text/", StringComparison.Ordinal):
                // Their files are PDFs; a text is as good as said.
                writer.WriteString("type", "text");
                writer.WriteString("text", Encoding.UTF8.GetString(Convert.FromBase64String(encoded)));
                break;
            case FilePart { Base64: { } bytes } file:
                writer.WriteString("type", "file");
                writer.WriteStartObject("file");
                writer.WriteString("filename", file.Name ?? "document.pdf");
                writer.WriteString("file_data", DataUrl.Make(file.MediaType ?? "application/pdf", bytes));
                writer.WriteEndObject();
                break;
            case FilePart:
                throw new TranslationException("messages", "This target takes no file by URL; send its bytes.");
            default:
                throw new TranslationException("messages", $"A {part.GetType().Name.Replace("Part", "", StringComparison.Ordinal).ToLowerInvariant()} cannot be sent to this target.");
        }

        writer.WriteEndObject();
    }

    private static void WriteAssistant(Utf8JsonWriter writer, Part[] parts, Action<string> drop)
    {
        writer.WriteStartObject();
        writer.WriteString("role", "assistant");
        var text = string.Concat(parts.OfType<TextPart>().Select(t => t.Text));
        if (text.Length > 0 || !parts.Any(p => p is ToolCallPart))
        {
            writer.WriteString("content", text);
        }

        if (parts.OfType<RefusalPart>().FirstOrDefault() is { } refusal)
        {
            writer.WriteString("refusal", refusal.Text);
        }

        // Thinking goes back only to who made it, and chat completions take none.
        if (parts.Any(p => p is ReasoningPart))
        {
            drop("thinking");
        }

        var calls = parts.OfType<ToolCallPart>().ToArray();
        if (calls.Length > 0)
        {
            writer.WriteStartArray("tool_calls");
            foreach (var call in calls)
            {
                WriteCall(writer, call with { Id = CallIds.ForOpenAI(call.Id) });
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    public static void WriteCall(Utf8JsonWriter writer, ToolCallPart call)
    {
        writer.WriteStartObject();
        writer.WriteString("id", call.Id);
        writer.WriteString("type", "function");
        writer.WriteStartObject("function");
        writer.WriteString("name", call.Name);
        writer.WriteString("arguments", call.Arguments);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
