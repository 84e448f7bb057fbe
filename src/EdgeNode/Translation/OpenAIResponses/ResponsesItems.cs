using System.Text.Json;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.OpenAIResponses;

/// <summary>Writes the turns of a conversation as items of <c>input</c>.</summary>
internal static class ResponsesItems
{
    public static void Write(Utf8JsonWriter writer, Turn turn, string maker, Action<string> drop)
    {
        var said = new List<Part>();
        foreach (var part in turn.Parts)
        {
            switch (part)
            {
                case ToolCallPart call:
                    WriteMessage(writer, turn.Role, said);
                    WriteCall(writer, call);
                    break;
                case ToolResultPart result:
                    WriteMessage(writer, turn.Role, said);
                    WriteResult(writer, result);
                    break;
                case ReasoningPart reasoning:
                    WriteMessage(writer, turn.Role, said);
                    WriteReasoning(writer, reasoning, maker, drop);
                    break;
                case TextPart { Text.Length: 0 }:
                    break;
                default:
                    said.Add(part);
                    break;
            }
        }

        WriteMessage(writer, turn.Role, said);
    }

    private static void WriteMessage(Utf8JsonWriter writer, TurnRole role, List<Part> parts)
    {
        if (parts.Count == 0)
        {
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type"u8, "message"u8);
        writer.WriteString("role"u8, role switch { TurnRole.System => "developer"u8, TurnRole.Assistant => "assistant"u8, _ => "user"u8 });
        WriteContent(writer, "content"u8, parts, role == TurnRole.Assistant);
        writer.WriteEndObject();
        parts.Clear();
    }

    private static void WriteCall(Utf8JsonWriter writer, ToolCallPart call)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "function_call"u8);
        writer.WriteString("call_id"u8, CallIds.ForOpenAI(call.Id));
        writer.WriteString("name"u8, call.Name);
        writer.WriteString("arguments"u8, call.Arguments);
        writer.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter writer, ToolResultPart result)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "function_call_output"u8);
        writer.WriteString("call_id"u8, CallIds.ForOpenAI(result.CallId));
        if (result.Content.All(p => p is TextPart))
        {
            writer.WriteString("output"u8, string.Concat(result.Content.Cast<TextPart>().Select(t => t.Text)));
        }
        else
        {
            WriteContent(writer, "output"u8, result.Content, ofModel: false);
        }

        writer.WriteEndObject();
    }

    private static void WriteReasoning(Utf8JsonWriter writer, ReasoningPart reasoning, string maker, Action<string> drop)
    {
        if (ResponsesReasoning.ItemOf(reasoning, maker) is not var (id, encrypted))
        {
            drop("thinking");
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type"u8, "reasoning"u8);
        writer.WriteString("id"u8, id);
        writer.WriteStartArray("summary"u8);
        if (reasoning.Text.Length > 0)
        {
            OutputReasoning.WriteSummary(writer, reasoning.Text);
        }

        writer.WriteEndArray();
        writer.WriteString("encrypted_content"u8, encrypted);
        writer.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter writer, ReadOnlySpan<byte> member, IEnumerable<Part> parts, bool ofModel)
    {
        writer.WriteStartArray(member);
        foreach (var part in parts)
        {
            writer.WriteStartObject();
            WritePart(writer, part, ofModel);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WritePart(Utf8JsonWriter writer, Part part, bool ofModel)
    {
        switch (part)
        {
            case TextPart text:
                writer.WriteString("type"u8, ofModel ? "output_text"u8 : "input_text"u8);
                writer.WriteString("text"u8, text.Text);
                break;
            case RefusalPart refusal:
                writer.WriteString("type"u8, "refusal"u8);
                writer.WriteString("refusal"u8, refusal.Text);
                break;
            case ImagePart image:
                writer.WriteString("type"u8, "input_image"u8);
                writer.WriteString("detail"u8, "auto"u8);
                writer.WriteString("image_url"u8, image.Url ?? DataUrl.Make(image.MediaType!, image.Base64!));
                break;
            case FilePart { Base64: { } bytes } file:
                writer.WriteString("type"u8, "input_file"u8);
                writer.WriteString("filename"u8, file.Name ?? "document.pdf");
                writer.WriteString("file_data"u8, DataUrl.Make(file.MediaType ?? "application/pdf", bytes));
                break;
            case FilePart file:
                writer.WriteString("type"u8, "input_file"u8);
                writer.WriteString("file_url"u8, file.Url);
                break;
            default:
                throw new TranslationException("messages", $"A {part.GetType().Name.Replace("Part", "", StringComparison.Ordinal).ToLowerInvariant()} cannot be sent to this target.");
        }
    }
}
