using System.Text.Json;
using GlobalGateway.EdgeNode.Translation.Schemas;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary>
/// Writes a JSON schema as the part of OpenAPI that Gemini takes: references inlined, <c>const</c> as an enumeration of one, null
/// as <c>nullable</c>, and every other keyword left out. What contains itself ends as a plain object.
/// </summary>
internal sealed class GeminiSchema
{
    private static readonly string[] Copied =
        ["title", "description", "minItems", "maxItems", "minProperties", "maxProperties", "minLength", "maxLength", "pattern", "minimum", "maximum", "default"];

    private readonly SchemaReader _reader;

    private GeminiSchema(JsonElement root) => _reader = new SchemaReader(root);

    public static void Write(Utf8JsonWriter writer, JsonElement schema) => new GeminiSchema(schema).WriteNode(writer, schema, 0, 0);

    private void WriteNode(Utf8JsonWriter writer, JsonElement schema, int depth, int references, bool nullable = false)
    {
        writer.WriteStartObject();
        if (_reader.Read(schema, depth, references) is not { } node)
        {
            writer.WriteString("type", "object");
        }
        else if (node.Alternatives is not null || node.Types.Count > 1)
        {
            WriteAlternatives(writer, node, nullable || node.Nullable);
        }
        else
        {
            WritePlain(writer, node, nullable || node.Nullable);
        }

        writer.WriteEndObject();
    }

    private void WritePlain(Utf8JsonWriter writer, SchemaNode node, bool nullable)
    {
        if (WriteType(writer, node) || nullable)
        {
            writer.WriteBoolean("nullable", true);
        }

        foreach (var name in Copied)
        {
            if (node.Find(name) is { } value)
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
        }

        if (node.Find("format") is { ValueKind: JsonValueKind.String } format && format.GetString() is "date-time" or "int32" or "int64" or "float" or "double")
        {
            writer.WriteString("format", node.Find("format")!.Value.GetString());
        }

        WriteProperties(writer, node);
        if (node.Find("items") is { } items)
        {
            writer.WritePropertyName("items");
            WriteNode(writer, items, node.Depth + 1, node.References);
        }
    }

    // Gemini takes nothing beside anyOf, so each alternative says itself that it may be null.
    private void WriteAlternatives(Utf8JsonWriter writer, SchemaNode node, bool nullable)
    {
        writer.WriteStartArray("anyOf");
        foreach (var alternative in node.Alternatives ?? [])
        {
            WriteNode(writer, alternative, node.Depth + 1, node.References, nullable);
        }

        foreach (var type in node.Alternatives is null ? node.Types : [])
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            if (nullable)
            {
                writer.WriteBoolean("nullable", true);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Type and enumeration; returns whether null is among the values.</summary>
    private static bool WriteType(Utf8JsonWriter writer, SchemaNode node)
    {
        var values = node.Values;
        if (values.Count > 0 && values.TrueForAll(v => v.ValueKind is JsonValueKind.String or JsonValueKind.Null))
        {
            writer.WriteString("type", "string");
            writer.WriteStartArray("enum");
            foreach (var value in values.Where(v => v.ValueKind == JsonValueKind.String))
            {
                value.WriteTo(writer);
            }

            writer.WriteEndArray();
            return values.Exists(v => v.ValueKind == JsonValueKind.Null);
        }

        // Only text can be enumerated; one number is its own bounds.
        if (values is [{ ValueKind: JsonValueKind.Number } only] && node.Find("minimum") is null && node.Find("maximum") is null)
        {
            foreach (var bound in (ReadOnlySpan<string>)["minimum", "maximum"])
            {
                writer.WritePropertyName(bound);
                only.WriteTo(writer);
            }
        }

        writer.WriteString("type", node.Type);
        return false;
    }

    private void WriteProperties(Utf8JsonWriter writer, SchemaNode node)
    {
        var properties = node.Properties.ToList();
        if (properties.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("properties");
        foreach (var property in properties)
        {
            writer.WritePropertyName(property.Name);
            WriteNode(writer, property.Value, node.Depth + 1, node.References);
        }

        writer.WriteEndObject();
        if (node.Required is { Count: > 0 } required)
        {
            writer.WriteStartArray("required");
            required.ForEach(writer.WriteStringValue);
            writer.WriteEndArray();
        }
    }
}
