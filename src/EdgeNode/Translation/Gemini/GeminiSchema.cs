using System.Text.Json;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary>
/// Rewrites a JSON schema to the part of OpenAPI that Gemini takes: references inlined (within bounds, so that a schema which
/// contains itself ends as a plain object), <c>const</c> as an enumeration of one, null as <c>nullable</c>, and every other
/// keyword left out.
/// </summary>
internal sealed class GeminiSchema
{
    private const int DepthMax = 32;
    private const int ReferencesMax = 4;
    private const int NodesMax = 4_000;

    private static readonly string[] Copied =
        ["title", "description", "minItems", "maxItems", "minProperties", "maxProperties", "minLength", "maxLength", "pattern", "minimum", "maximum", "default"];

    private readonly JsonElement _root;
    private int _nodes;

    private GeminiSchema(JsonElement root) => _root = root;

    public static void Write(Utf8JsonWriter writer, JsonElement schema) => new GeminiSchema(schema).WriteNode(writer, schema, 0, 0);

    private void WriteNode(Utf8JsonWriter writer, JsonElement schema, int depth, int references, bool nullable = false)
    {
        writer.WriteStartObject();
        var layers = new List<JsonElement>();
        if (schema.ValueKind != JsonValueKind.Object || depth > DepthMax || ++_nodes > NodesMax || !Collect(schema, layers, ref references, ref nullable))
        {
            writer.WriteString("type", "object");
            writer.WriteEndObject();
            return;
        }

        var hasProperties = Find(layers, "properties") is not null;
        var alternatives = hasProperties ? null : layers.Select(Alternatives).FirstOrDefault(a => a is not null && a.Count(x => !IsNull(x)) > 1);
        var types = TypesOf(layers);
        nullable |= types.Remove("null") && types.Count > 0;
        if (alternatives is not null || types.Count > 1)
        {
            WriteAlternatives(writer, alternatives, types, nullable, depth, references);
            writer.WriteEndObject();
            return;
        }

        nullable |= WriteType(writer, layers, types);
        if (nullable)
        {
            writer.WriteBoolean("nullable", true);
        }

        foreach (var name in Copied)
        {
            if (Find(layers, name) is { } value)
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
        }

        if (Find(layers, "format") is { ValueKind: JsonValueKind.String } format && format.GetString() is "date-time" or "int32" or "int64" or "float" or "double")
        {
            writer.WritePropertyName("format");
            Find(layers, "format")!.Value.WriteTo(writer);
        }

        WriteProperties(writer, layers, depth, references);
        if (Find(layers, "items") is { } items)
        {
            writer.WritePropertyName("items");
            WriteNode(writer, items, depth + 1, references);
        }

        writer.WriteEndObject();
    }

    /// <summary>The schema with what it refers to and what it is all of; false when it refers to itself too often.</summary>
    private bool Collect(JsonElement schema, List<JsonElement> layers, ref int references, ref bool nullable)
    {
        if (schema.ValueKind != JsonValueKind.Object || layers.Count >= DepthMax)
        {
            return true;
        }

        layers.Add(schema);
        if (schema.TryGetProperty("$ref", out var reference) && reference.ValueKind == JsonValueKind.String
            && (++references > ReferencesMax || !Collect(Resolve(reference.GetString()!), layers, ref references, ref nullable)))
        {
            return false;
        }

        if (schema.TryGetProperty("allOf", out var all) && all.ValueKind == JsonValueKind.Array)
        {
            foreach (var part in all.EnumerateArray())
            {
                if (!Collect(part, layers, ref references, ref nullable))
                {
                    return false;
                }
            }
        }

        // One alternative beside null is that alternative.
        if (Alternatives(schema) is { } alternatives)
        {
            var real = alternatives.Where(a => !IsNull(a)).ToList();
            nullable |= real.Count < alternatives.Count;
            if (real.Count == 1)
            {
                return Collect(real[0], layers, ref references, ref nullable);
            }
        }

        return true;
    }

    private JsonElement Resolve(string pointer)
    {
        var found = _root;
        foreach (var step in pointer.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (!pointer.StartsWith('#') || found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(name, out found))
            {
                throw new TranslationException("$ref", $"The schema refers to \"{pointer}\", which it does not hold.");
            }
        }

        return found;
    }

    // Gemini takes nothing beside anyOf, so each alternative says itself that it may be null.
    private void WriteAlternatives(Utf8JsonWriter writer, List<JsonElement>? alternatives, List<string> types, bool nullable, int depth, int references)
    {
        writer.WriteStartArray("anyOf");
        foreach (var alternative in alternatives ?? [])
        {
            if (!IsNull(alternative))
            {
                WriteNode(writer, alternative, depth + 1, references, nullable);
            }
        }

        foreach (var type in alternatives is null ? types : [])
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
    private static bool WriteType(Utf8JsonWriter writer, List<JsonElement> layers, List<string> types)
    {
        var values = Values(layers);
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
        if (values is [{ ValueKind: JsonValueKind.Number } only] && Find(layers, "minimum") is null && Find(layers, "maximum") is null)
        {
            foreach (var bound in (ReadOnlySpan<string>)["minimum", "maximum"])
            {
                writer.WritePropertyName(bound);
                only.WriteTo(writer);
            }
        }

        writer.WriteString("type", types.Count > 0 ? types[0] : Implied(layers, values));
        return false;
    }

    private void WriteProperties(Utf8JsonWriter writer, List<JsonElement> layers, int depth, int references)
    {
        var names = new HashSet<string>();
        foreach (var property in layers.Where(l => l.TryGetProperty("properties", out var p) && p.ValueKind == JsonValueKind.Object).SelectMany(l => l.GetProperty("properties").EnumerateObject()))
        {
            if (!names.Add(property.Name))
            {
                continue;
            }

            if (names.Count == 1)
            {
                writer.WriteStartObject("properties");
            }

            writer.WritePropertyName(property.Name);
            WriteNode(writer, property.Value, depth + 1, references);
        }

        if (names.Count == 0)
        {
            return;
        }

        writer.WriteEndObject();
        var required = layers.Where(l => l.TryGetProperty("required", out var r) && r.ValueKind == JsonValueKind.Array)
            .SelectMany(l => l.GetProperty("required").EnumerateArray()).Where(r => r.ValueKind == JsonValueKind.String).Select(r => r.GetString()!).Where(names.Contains).Distinct().ToList();
        if (required.Count > 0)
        {
            writer.WriteStartArray("required");
            required.ForEach(writer.WriteStringValue);
            writer.WriteEndArray();
        }
    }

    private static List<string> TypesOf(List<JsonElement> layers) => Find(layers, "type") switch
    {
        { ValueKind: JsonValueKind.String } one => [one.GetString()!],
        { ValueKind: JsonValueKind.Array } many => [.. many.EnumerateArray().Where(t => t.ValueKind == JsonValueKind.String).Select(t => t.GetString()!)],
        _ => [],
    };

    private static List<JsonElement> Values(List<JsonElement> layers) =>
        Find(layers, "const") is { } constant ? [constant]
        : Find(layers, "enum") is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()]
        : [];

    private static string Implied(List<JsonElement> layers, List<JsonElement> values) => values switch
    {
        [{ ValueKind: JsonValueKind.Number }, ..] => "number",
        [{ ValueKind: JsonValueKind.True or JsonValueKind.False }, ..] => "boolean",
        _ when Find(layers, "items") is not null => "array",
        _ when Find(layers, "properties") is not null => "object",
        _ when Find(layers, "pattern") is not null || Find(layers, "format") is not null => "string",
        _ => "object",
    };

    private static List<JsonElement>? Alternatives(JsonElement schema)
    {
        foreach (var name in (ReadOnlySpan<string>)["anyOf", "oneOf"])
        {
            if (schema.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0)
            {
                return [.. list.EnumerateArray()];
            }
        }

        return null;
    }

    private static bool IsNull(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && (schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("null")
            || schema.TryGetProperty("const", out var constant) && constant.ValueKind == JsonValueKind.Null);

    private static JsonElement? Find(List<JsonElement> layers, string name)
    {
        foreach (var layer in layers)
        {
            if (layer.TryGetProperty(name, out var value))
            {
                return value;
            }
        }

        return null;
    }
}
