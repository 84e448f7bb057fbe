using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace GlobalGateway.ProviderSimulator.Composition;

/// <summary>Writes an instance of a JSON schema, the same one for the same seed.</summary>
internal sealed class SchemaSample
{
    private const int DepthMax = 24;
    private const int ValuesMax = 1000;

    private readonly JsonElement _root;
    private ulong _state;

    // A schema that refers to itself twice would double with each level.
    private int _values;

    private SchemaSample(JsonElement root, ulong seed) => (_root, _state) = (root, seed);

    public static string Write(JsonElement schema, ulong seed)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            if (schema.ValueKind == JsonValueKind.Object)
            {
                new SchemaSample(schema, seed).Value(writer, schema, 0);
            }
            else
            {
                writer.WriteStartObject();
                writer.WriteString("answer", Words.One(ref seed));
                writer.WriteEndObject();
            }
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private void Value(Utf8JsonWriter writer, JsonElement schema, int depth)
    {
        schema = Resolve(schema, depth);
        if (schema.ValueKind != JsonValueKind.Object || depth > DepthMax || ++_values > ValuesMax)
        {
            writer.WriteNullValue();
        }
        else if (schema.TryGetProperty("const", out var constant))
        {
            constant.WriteTo(writer);
        }
        else if (schema.TryGetProperty("enum", out var values) && values.ValueKind == JsonValueKind.Array && values.GetArrayLength() > 0)
        {
            values[(int)(Fingerprint.Next(ref _state) % (ulong)values.GetArrayLength())].WriteTo(writer);
        }
        else
        {
            Typed(writer, schema, depth);
        }
    }

    private JsonElement Resolve(JsonElement schema, int depth)
    {
        for (var hop = depth; hop <= DepthMax && schema.ValueKind == JsonValueKind.Object; hop++)
        {
            if (schema.TryGetProperty("$ref", out var reference) && reference.ValueKind == JsonValueKind.String)
            {
                schema = Find(reference.GetString()!);
            }
            else if (First(schema, "anyOf") is { } any)
            {
                schema = any;
            }
            else if (First(schema, "oneOf") is { } one)
            {
                schema = one;
            }
            else
            {
                break;
            }
        }
        return schema;
    }

    private JsonElement Find(string reference)
    {
        var found = _root;
        foreach (var step in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(step, out found))
            {
                return default;
            }
        }
        return found;
    }

    private static JsonElement? First(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0 ? list[0] : null;

    private void Typed(Utf8JsonWriter writer, JsonElement schema, int depth)
    {
        var type = schema.TryGetProperty("type", out var named) ? named : default;
        if (type.ValueKind == JsonValueKind.Array && type.GetArrayLength() > 0)
        {
            type = type[0];
        }
        // Gemini writes types in capitals.
        switch (type.ValueKind == JsonValueKind.String ? type.GetString()!.ToLowerInvariant() : schema.TryGetProperty("properties", out _) ? "object" : null)
        {
            case "object" or null:
                Object(writer, schema, depth);
                break;
            case "array":
                writer.WriteStartArray();
                for (var i = 0; i < Math.Clamp(Bound(schema, "minItems", 1), 0, 16); i++)
                {
                    Value(writer, schema.TryGetProperty("items", out var items) ? items : default, depth + 1);
                }
                writer.WriteEndArray();
                break;
            case "integer" or "number":
                var least = Bound(schema, "minimum", 0);
                writer.WriteNumberValue(Math.Min(least + (long)(Fingerprint.Next(ref _state) % 100), Bound(schema, "maximum", long.MaxValue)));
                break;
            case "boolean":
                writer.WriteBooleanValue(Fingerprint.Next(ref _state) % 2 == 0);
                break;
            case "string":
                writer.WriteStringValue(Text(schema));
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    private void Object(Utf8JsonWriter writer, JsonElement schema, int depth)
    {
        writer.WriteStartObject();
        if (schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in properties.EnumerateObject())
            {
                writer.WritePropertyName(property.Name);
                Value(writer, property.Value, depth + 1);
            }
        }
        writer.WriteEndObject();
    }

    private string Text(JsonElement schema) => (schema.TryGetProperty("format", out var format) && format.ValueKind == JsonValueKind.String ? format.GetString() : null) switch
    {
        "date-time" => "2026-01-01T00:00:00Z",
        "date" => "2026-01-01",
        "time" => "00:00:00Z",
        "email" => "someone@example.com",
        "uuid" => "00000000-0000-4000-8000-000000000000",
        "uri" => "https://example.com/",
        _ => Words.One(ref _state),
    };

    private static long Bound(JsonElement schema, string name, long otherwise) =>
        schema.TryGetProperty(name, out var bound) && bound.ValueKind == JsonValueKind.Number && bound.TryGetDouble(out var number) ? (long)number : otherwise;
}
