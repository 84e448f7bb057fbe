using System.Text.Json;

namespace GlobalGateway.EdgeNode.Translation.Schemas;

/// <summary>One node of a JSON schema, whatever it was written with: references, all-of and an alternative beside null are taken in.</summary>
internal sealed class SchemaNode
{
    private readonly List<JsonElement> _layers;

    public SchemaNode(List<JsonElement> layers, bool nullable, int depth, int references)
    {
        _layers = layers;
        (Depth, References) = (depth, references);
        Types = TypesOf();
        Nullable = nullable | (Types.Remove("null") && Types.Count > 0);
        Alternatives = Find("properties") is not null ? null
            : layers.Select(AlternativesOf).FirstOrDefault(a => a is not null && a.Count(x => !IsNull(x)) > 1)?.Where(x => !IsNull(x)).ToList();
        Values = Find("const") is { } constant ? [constant] : Find("enum") is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];
    }

    public int Depth { get; }

    public int References { get; }

    /// <summary>Null is a value beside the others.</summary>
    public bool Nullable { get; }

    /// <summary>Without null.</summary>
    public List<string> Types { get; }

    /// <summary>Two or more, without null; absent where there are properties beside them.</summary>
    public List<JsonElement>? Alternatives { get; }

    /// <summary>The only values it may have; empty when any.</summary>
    public List<JsonElement> Values { get; }

    /// <summary>The type, said or implied by what else is said.</summary>
    public string Type => Types.Count > 0 ? Types[0] : Values switch
    {
        [{ ValueKind: JsonValueKind.String }, ..] => "string",
        [{ ValueKind: JsonValueKind.Number }, ..] => "number",
        [{ ValueKind: JsonValueKind.True or JsonValueKind.False }, ..] => "boolean",
        _ when Find("items") is not null => "array",
        _ when Find("properties") is not null => "object",
        _ when Find("pattern") is not null || Find("format") is not null => "string",
        _ => "object",
    };

    /// <summary>All properties, the first of each name.</summary>
    public IEnumerable<JsonProperty> Properties =>
        _layers.Where(l => l.TryGetProperty("properties", out var p) && p.ValueKind == JsonValueKind.Object)
            .SelectMany(l => l.GetProperty("properties").EnumerateObject()).DistinctBy(p => p.Name);

    /// <summary>Names of properties that must be there.</summary>
    public List<string> Required
    {
        get
        {
            var names = Properties.Select(p => p.Name).ToHashSet();
            return [.. _layers.Where(l => l.TryGetProperty("required", out var r) && r.ValueKind == JsonValueKind.Array)
                .SelectMany(l => l.GetProperty("required").EnumerateArray()).Where(r => r.ValueKind == JsonValueKind.String).Select(r => r.GetString()!).Where(names.Contains).Distinct()];
        }
    }

    public JsonElement? Find(string name)
    {
        foreach (var layer in _layers)
        {
            if (layer.TryGetProperty(name, out var value))
            {
                return value;
            }
        }

        return null;
    }

    public static List<JsonElement>? AlternativesOf(JsonElement schema)
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

    public static bool IsNull(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && (schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("null")
            || schema.TryGetProperty("const", out var constant) && constant.ValueKind == JsonValueKind.Null);

    private List<string> TypesOf() => Find("type") switch
    {
        { ValueKind: JsonValueKind.String } one => [one.GetString()!],
        { ValueKind: JsonValueKind.Array } many => [.. many.EnumerateArray().Where(t => t.ValueKind == JsonValueKind.String).Select(t => t.GetString()!)],
        _ => [],
    };
}
