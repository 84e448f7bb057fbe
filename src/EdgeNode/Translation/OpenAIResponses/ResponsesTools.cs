using System.Text.Json;
using GlobalGateway.EdgeNode.Translation.Neutral;
using GlobalGateway.EdgeNode.Translation.Schemas;

namespace GlobalGateway.EdgeNode.Translation.OpenAIResponses;

/// <summary>Writes tools, their choice and the answer's form, which requests and answers of the responses API share.</summary>
internal static class ResponsesTools
{
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<ToolSpec> tools)
    {
        writer.WriteStartArray();
        foreach (var tool in tools)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "function"u8);
            writer.WriteString("name"u8, tool.Name);
            if (tool.Description is { } description)
            {
                writer.WriteString("description"u8, description);
            }

            var strict = false;
            if (tool.Schema is { } schema)
            {
                strict = ClosedSchema.WriteMember(writer, "parameters", schema, tool.Strict);
            }
            else
            {
                writer.WritePropertyName("parameters"u8);
                writer.WriteRawValue("""{"type":"object","properties":{}}"""u8);
            }

            // The API's own default is strict, which would rewrite the schemas of every other dialect.
            writer.WriteBoolean("strict"u8, strict);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static void WriteChoice(Utf8JsonWriter writer, ToolChoice? choice)
    {
        if (choice is { Kind: ToolChoiceKind.Named, Name: { } name })
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "function"u8);
            writer.WriteString("name"u8, name);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteStringValue(choice?.Kind switch { ToolChoiceKind.None => "none", ToolChoiceKind.Required => "required", _ => "auto" });
        }
    }

    public static void WriteFormat(Utf8JsonWriter writer, OutputFormat? format)
    {
        writer.WriteStartObject();
        if (format is null)
        {
            writer.WriteString("type"u8, "text"u8);
        }
        else if (format.Schema is { } schema)
        {
            writer.WriteString("type"u8, "json_schema"u8);
            writer.WriteString("name"u8, format.Name ?? "answer");
            var strict = ClosedSchema.WriteMember(writer, "schema", schema, format.Strict);
            if (format.Strict is not null)
            {
                writer.WriteBoolean("strict"u8, strict);
            }
        }
        else
        {
            writer.WriteString("type"u8, "json_object"u8);
        }

        writer.WriteEndObject();
    }
}
