using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Contracts.Canonical;

/// <summary>What differs between two configurations, resource by resource and value by value.</summary>
public sealed record ResourceDiff(IReadOnlyList<ResourceChange> Changes)
{
    private static readonly JsonSerializerOptions Shown = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ResourceDiff Of(ResourceSet before, ResourceSet after)
    {
        var old = before.All().ToDictionary(resource => resource.Id, StringComparer.Ordinal);
        var now = after.All().ToDictionary(resource => resource.Id, StringComparer.Ordinal);
        var changes = new List<ResourceChange>();
        foreach (var id in old.Keys.Union(now.Keys).Order(StringComparer.Ordinal))
        {
            var (was, @is) = (old.GetValueOrDefault(id), now.GetValueOrDefault(id));
            if (was is null || @is is null)
            {
                changes.Add(new ResourceChange(id, was is null ? ChangeKind.Added : ChangeKind.Removed, []));
                continue;
            }

            var (wasLine, isLine) = (CanonicalJson.Write(was), CanonicalJson.Write(@is));
            if (!wasLine.AsSpan().SequenceEqual(isLine))
            {
                var values = new List<ValueChange>();
                Compare(values, "", JsonNode.Parse(wasLine), JsonNode.Parse(isLine));
                changes.Add(new ResourceChange(id, ChangeKind.Changed, values));
            }
        }

        return new ResourceDiff(changes);
    }

    private static void Compare(List<ValueChange> values, string path, JsonNode? before, JsonNode? after)
    {
        switch (before, after)
        {
            case (JsonObject was, JsonObject @is):
                foreach (var field in was.Select(field => field.Key).Union(@is.Select(field => field.Key)).Order(StringComparer.Ordinal))
                {
                    Compare(values, path.Length == 0 ? field : $"{path}.{field}", was[field], @is[field]);
                }

                break;
            case (JsonArray was, JsonArray @is):
                for (var index = 0; index < Math.Max(was.Count, @is.Count); index++)
                {
                    Compare(values, $"{path}[{index}]", index < was.Count ? was[index] : null, index < @is.Count ? @is[index] : null);
                }

                break;
            default:
                if (!JsonNode.DeepEquals(before, after))
                {
                    values.Add(new ValueChange(path, Text(before), Text(after)));
                }

                break;
        }
    }

    private static string? Text(JsonNode? node) => node switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => node.ToJsonString(Shown),
    };
}

/// <param name="Resource">Such as <c>Budget/acme-monthly</c>.</param>
/// <param name="Values">Of a changed resource: every value that differs.</param>
public sealed record ResourceChange(string Resource, ChangeKind Kind, IReadOnlyList<ValueChange> Values);

/// <param name="Path">Such as <c>spec.limit.spend</c>.</param>
/// <param name="Before">As it is written in the canonical form; absent when it was not there.</param>
public sealed record ValueChange(string Path, string? Before, string? After);

[System.Text.Json.Serialization.JsonConverter(typeof(Values.CamelCaseEnumConverter<ChangeKind>))]
public enum ChangeKind
{
    Added,
    Changed,
    Removed,
}
