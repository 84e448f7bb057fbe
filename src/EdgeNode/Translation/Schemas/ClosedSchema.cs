using System.Text.Json;

namespace GlobalGateway.EdgeNode.Translation.Schemas;

/// <summary>
/// Writes a JSON schema as providers take it that hold the model to it: references inlined, every object closed with
/// <c>additionalProperties: false</c>, one-of as any-of, and only the keywords that the provider knows.
/// </summary>
internal sealed class ClosedSchema
{
    /// <summary>Anthropic's structured outputs take no bounds on numbers or lengths.</summary>
    public static readonly string[] Anthropic = ["title", "description", "default", "format"];

    public static readonly string[] OpenAI =
        ["title", "description", "format", "pattern", "multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems"];

    private readonly SchemaReader _reader;
    private readonly string[] _keywords;

    private ClosedSchema(JsonElement root, string[] keywords) => (_reader, _keywords) = (new SchemaReader(root), keywords);

    public static void Write(Utf8JsonWriter writer, JsonElement schema, string[] keywords) => new ClosedSchema(schema, keywords).WriteNode(writer, schema, 0, 0);

    /// <summary>
    /// Writes a member with a schema for OpenAI, and returns whether it can be strict: closed then, unless it is so already. Optional
    /// properties are what OpenAI's strictness does not know, so with them it is a plain one.
    /// </summary>
    public static bool WriteMember(Utf8JsonWriter writer, string name, JsonElement schema, bool? strict)
    {
        var strictly = strict == true && RequiresAll(schema);
        writer.WritePropertyName(name);
        if (strictly && !IsClosed(schema))
        {
            Write(writer, schema, OpenAI);
        }
        else
        {
            schema.WriteTo(writer);
        }

        return strictly;
    }

    /// <summary>Whether every property of every object is required, which OpenAI's <c>strict</c> demands.</summary>
    public static bool RequiresAll(JsonElement schema) => HoldsEverywhere(schema, static node => node.Required.Count == node.Properties.Count());

    /// <summary>Whether the schema needs no writing anew, as those of OpenAI's own clients do not.</summary>
    public static bool IsClosed(JsonElement schema) =>
        HoldsEverywhere(schema, static node => !node.Properties.Any() || node.Find("additionalProperties") is { ValueKind: JsonValueKind.False });

    private static bool HoldsEverywhere(JsonElement schema, Func<SchemaNode, bool> holds)
    {
        var reader = new SchemaReader(schema);
        return Holds(schema, 0, 0);

        // What contains itself ends at the reader's bound, where nothing is left to check.
        bool Holds(JsonElement part, int depth, int references) => reader.Read(part, depth, references) is not { } node
            || holds(node)
            && node.Properties.All(p => Holds(p.Value, depth + 1, node.References))
            && (node.Alternatives ?? []).TrueForAll(a => Holds(a, depth + 1, node.References))
            && (node.Find("items") is not { } items || Holds(items, depth + 1, node.References));
    }

    private void WriteNode(Utf8JsonWriter writer, JsonElement schema, int depth, int references)
    {
        writer.WriteStartObject();
        if (_reader.Read(schema, depth, references) is not { } node)
        {
            writer.WriteString("type", "object");
            WriteProperties(writer, null);
        }
        else if (node.Alternatives is { } alternatives)
        {
            writer.WriteStartArray("anyOf");
            foreach (var alternative in alternatives)
            {
                WriteNode(writer, alternative, depth + 1, node.References);
            }

            if (node.Nullable)
            {
                writer.WriteStartObject();
                writer.WriteString("type", "null");
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }
        else
        {
            WritePlain(writer, node);
        }

        writer.WriteEndObject();
    }

    private void WritePlain(Utf8JsonWriter writer, SchemaNode node)
    {
        if (node.Types.Count > 1 || node.Nullable)
        {
            writer.WriteStartArray("type");
            foreach (var type in node.Types.Count > 0 ? node.Types : [node.Type])
            {
                writer.WriteStringValue(type);
            }

            if (node.Nullable)
            {
                writer.WriteStringValue("null");
            }

            writer.WriteEndArray();
        }
        else
        {
            writer.WriteString("type", node.Type);
        }

        if (node.Values.Count > 0)
        {
            writer.WriteStartArray("enum");
            foreach (var value in node.Values)
            {
                value.WriteTo(writer);
            }

            if (node.Nullable && !node.Values.Exists(v => v.ValueKind == JsonValueKind.Null))
            {
                writer.WriteNullValue();
            }

            writer.WriteEndArray();
        }

        foreach (var name in _keywords)
        {
            if (node.Find(name) is { } value)
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
        }

        if (node.Find("items") is { } items)
        {
            writer.WritePropertyName("items");
            WriteNode(writer, items, node.Depth + 1, node.References);
        }

        if (node.Type == "object" || node.Types.Contains("object"))
        {
            WriteProperties(writer, node);
        }
    }

    private void WriteProperties(Utf8JsonWriter writer, SchemaNode? node)
    {
        writer.WriteStartObject("properties");
        foreach (var property in node?.Properties ?? [])
        {
            writer.WritePropertyName(property.Name);
            WriteNode(writer, property.Value, node!.Depth + 1, node.References);
        }

        writer.WriteEndObject();
        writer.WriteStartArray("required");
        node?.Required.ForEach(writer.WriteStringValue);
        writer.WriteEndArray();
        writer.WriteBoolean("additionalProperties", false);
    }
}
