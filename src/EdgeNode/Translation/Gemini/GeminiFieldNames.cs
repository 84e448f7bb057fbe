using System.Buffers;
using System.Text.Json;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary>Gemini takes its fields in camel case and in snake case; the readers know the first. Names that are the client's own stay.</summary>
internal static class GeminiFieldNames
{
    // What these hold is the client's data, or JSON schema, which has names of its own.
    private static readonly HashSet<string> Opaque = ["args", "response", "parametersJsonSchema", "responseJsonSchema", "default", "example", "enum", "labels"];

    public static JsonElement ToCamelCase(JsonElement root)
    {
        if (!HasSnakeCase(root))
        {
            return root;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, root, ownNames: false);
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static bool HasSnakeCase(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Any(p => p.Name.Contains('_', StringComparison.Ordinal) || !Opaque.Contains(p.Name) && HasSnakeCase(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().Any(HasSnakeCase),
        _ => false,
    };

    /// <param name="ownNames">The members are the client's, as a schema's properties are; only what they hold has Gemini's names.</param>
    private static void Write(Utf8JsonWriter writer, JsonElement element, bool ownNames)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject())
                {
                    var name = ownNames ? member.Name : CamelCase(member.Name);
                    writer.WritePropertyName(name);
                    if (!ownNames && Opaque.Contains(name))
                    {
                        member.Value.WriteTo(writer);
                    }
                    else
                    {
                        Write(writer, member.Value, !ownNames && name == "properties");
                    }
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(writer, item, ownNames: false);
                }

                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    private static string CamelCase(string name)
    {
        var parts = name.Split('_', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length < 2 ? name : parts[0] + string.Concat(parts.Skip(1).Select(p => char.ToUpperInvariant(p[0]) + p[1..]));
    }
}
