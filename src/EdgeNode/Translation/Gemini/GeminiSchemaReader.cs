using System.Buffers;
using System.Text.Json;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary>Rewrites Gemini's own schema to the JSON schema that other APIs take: types in small letters, <c>nullable</c> as a type.</summary>
internal static class GeminiSchemaReader
{
    public static JsonElement ToJsonSchema(JsonElement schema)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, schema);
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static void Write(Utf8JsonWriter writer, JsonElement schema)
    {
        var nullable = schema.Object("schema").Flag("nullable", "schema") == true;
        writer.WriteStartObject();
        foreach (var member in schema.EnumerateObject())
        {
            switch (member.Name)
            {
                case "nullable" or "propertyOrdering" or "example":
                    break;
                case "type":
                    WriteType(writer, schema.Text("type", "schema") ?? "object", nullable);
                    break;
                case "properties":
                    writer.WriteStartObject("properties");
                    foreach (var property in member.Value.Object("schema.properties").EnumerateObject())
                    {
                        writer.WritePropertyName(property.Name);
                        Write(writer, property.Value);
                    }

                    writer.WriteEndObject();
                    break;
                case "items":
                    writer.WritePropertyName("items");
                    Write(writer, member.Value);
                    break;
                case "anyOf":
                    writer.WriteStartArray("anyOf");
                    foreach (var (alternative, _) in schema.Items("anyOf", "schema"))
                    {
                        Write(writer, alternative);
                    }

                    writer.WriteEndArray();
                    break;
                default:
                    member.WriteTo(writer);
                    break;
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteType(Utf8JsonWriter writer, string type, bool nullable)
    {
        if (!nullable)
        {
            writer.WriteString("type", type.ToLowerInvariant());
            return;
        }

        writer.WriteStartArray("type");
        writer.WriteStringValue(type.ToLowerInvariant());
        writer.WriteStringValue("null");
        writer.WriteEndArray();
    }
}
