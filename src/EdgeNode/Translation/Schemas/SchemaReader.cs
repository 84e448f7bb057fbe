using System.Text.Json;

namespace GlobalGateway.EdgeNode.Translation.Schemas;

/// <summary>
/// Reads a client's JSON schema node by node, with references followed within bounds, so that a schema which contains itself
/// ends: what is too deep is not read.
/// </summary>
internal sealed class SchemaReader(JsonElement root)
{
    private const int DepthMax = 32;
    private const int ReferencesMax = 4;
    private const int NodesMax = 4_000;

    private int _nodes;

    /// <summary>The node with all that it refers to and is made of; nothing when it is too deep, too large or no object.</summary>
    /// <param name="references">Followed on the way here.</param>
    public SchemaNode? Read(JsonElement schema, int depth, int references)
    {
        var layers = new List<JsonElement>();
        var nullable = false;
        if (schema.ValueKind != JsonValueKind.Object || depth > DepthMax || ++_nodes > NodesMax || !Collect(schema, layers, ref references, ref nullable))
        {
            return null;
        }

        return new SchemaNode(layers, nullable, depth, references);
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
        if (SchemaNode.AlternativesOf(schema) is { } alternatives)
        {
            var real = alternatives.Where(a => !SchemaNode.IsNull(a)).ToList();
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
        var found = root;
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
}
