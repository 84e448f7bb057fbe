using System.Text.Json;

namespace GlobalGateway.EdgeNode.Translation.Schemas;

/// <summary>Writes the schema of a tool's arguments with a plain object at its root, where Anthropic takes neither references nor alternatives.</summary>
internal static class ObjectSchema
{
    public static void Write(Utf8JsonWriter writer, JsonElement? schema)
    {
        if (schema is not { } given)
        {
            writer.WriteStartObject();
            writer.WriteString("type", "object");
            writer.WriteEndObject();
            return;
        }

        if (IsPlain(given))
        {
            given.WriteTo(writer);
            return;
        }

        var reader = new SchemaReader(given);
        var node = reader.Read(given, 0, 0);
        var alternatives = (node?.Alternatives ?? []).Select(a => reader.Read(a, 1, node!.References)).OfType<SchemaNode>();
        writer.WriteStartObject();
        writer.WriteString("type", "object");
        foreach (var name in (ReadOnlySpan<string>)["title", "description", "additionalProperties", "$defs", "definitions"])
        {
            if (given.TryGetProperty(name, out var value))
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
        }

        // Any alternative's properties may come; which belong together can no longer be said.
        writer.WriteStartObject("properties");
        foreach (var property in (node?.Properties ?? []).Concat(alternatives.SelectMany(a => a.Properties)).DistinctBy(p => p.Name))
        {
            writer.WritePropertyName(property.Name);
            property.Value.WriteTo(writer);
        }

        writer.WriteEndObject();
        if (node?.Required is { Count: > 0 } required)
        {
            writer.WriteStartArray("required");
            required.ForEach(writer.WriteStringValue);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static bool IsPlain(JsonElement schema) =>
        schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("object")
        && !schema.TryGetProperty("anyOf", out _) && !schema.TryGetProperty("oneOf", out _) && !schema.TryGetProperty("allOf", out _) && !schema.TryGetProperty("$ref", out _);
}
