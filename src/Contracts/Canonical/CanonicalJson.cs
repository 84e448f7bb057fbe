using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Contracts.Canonical;

/// <summary>
/// One text per meaning: a resource as one line of JSON in the shape of its YAML, defaults written out, keys sorted.
/// Equal resources have equal bytes, whatever their file looked like.
/// </summary>
public static class CanonicalJson
{
    private const int DepthMax = 32;

    private static readonly Dictionary<string, JsonTypeInfo> Kinds = new Type[]
        {
            typeof(Region), typeof(Provider), typeof(Model), typeof(Route), typeof(Tenant), typeof(RateLimit), typeof(Budget),
            typeof(Guardrail), typeof(CachePolicy), typeof(FailoverPolicy), typeof(RolloutPolicy),
        }
        .ToDictionary(type => type.Name, type => ResourceJsonContext.Default.GetTypeInfo(type)!, StringComparer.Ordinal);

    public static byte[] Write(Resource resource)
    {
        var spec = JsonSerializer.SerializeToNode(resource, Kinds[resource.Kind])!.AsObject();
        var labels = spec["labels"]!;
        spec.Remove("name");
        spec.Remove("labels");
        var envelope = new JsonObject
        {
            ["apiVersion"] = Resource.ApiVersion,
            ["kind"] = resource.Kind,
            ["metadata"] = new JsonObject { ["labels"] = labels, ["name"] = resource.Name },
            ["spec"] = spec,
        };
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            WriteSorted(writer, envelope);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="JsonException">The text is no resource this version knows.</exception>
    public static Resource Read(ReadOnlySpan<byte> json)
    {
        RefuseNulls(json);
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DepthMax });
            var envelope = JsonNode.Parse(ref reader) as JsonObject ?? throw new JsonException("a resource is an object");
            var kind = envelope["kind"]?.GetValue<string>() ?? "";
            if (envelope["apiVersion"]?.GetValue<string>() != Resource.ApiVersion || !Kinds.TryGetValue(kind, out var type))
            {
                throw new JsonException($"a kind this version does not know: {kind}");
            }

            if (envelope["metadata"] is not JsonObject metadata || envelope["spec"] is not JsonObject spec)
            {
                throw new JsonException("metadata or spec is missing");
            }

            foreach (var (field, value) in metadata.ToList())
            {
                metadata.Remove(field);
                spec[field] = value;
            }

            var resource = (Resource)spec.Deserialize(type)!;
            Completeness.Check(resource, type);
            return resource;
        }
        catch (Exception problem) when (problem is InvalidOperationException or FormatException or ArgumentException)
        {
            throw new JsonException("not a resource", problem);
        }
    }

    /// <summary>What is absent is left out, so a null anywhere is a mistake, and would be one in a list that nobody expects it in.</summary>
    private static void RefuseNulls(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("null"u8) < 0)
        {
            return;
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DepthMax });
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.Null)
            {
                throw new JsonException("a field is null");
            }
        }
    }

    private static void WriteSorted(Utf8JsonWriter writer, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                writer.WriteStartObject();
                foreach (var (key, value) in map.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(key);
                    WriteSorted(writer, value);
                }

                writer.WriteEndObject();
                break;
            case JsonArray list:
                writer.WriteStartArray();
                foreach (var item in list)
                {
                    WriteSorted(writer, item);
                }

                writer.WriteEndArray();
                break;
            case null:
                writer.WriteNullValue();
                break;
            default:
                node.WriteTo(writer);
                break;
        }
    }
}
