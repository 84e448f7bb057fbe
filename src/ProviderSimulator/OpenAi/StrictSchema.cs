using System.Text.Json;
using GlobalGateway.ProviderSimulator.Validation;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary>OpenAI's extra rules for schemas with <c>strict: true</c>: closed objects, every property required.</summary>
internal static class StrictSchema
{
    private const int DepthMax = 32;

    /// <summary>The first broken rule in OpenAI's words, or null.</summary>
    public static string? Fault(JsonElement schema) => Fault(schema, [], 0);

    private static string? Fault(JsonElement schema, List<string> context, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > DepthMax)
        {
            return null;
        }
        if (schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object)
        {
            if (!schema.TryGetProperty("additionalProperties", out var additional) || additional.ValueKind != JsonValueKind.False)
            {
                return $"In context={Written(context)}, 'additionalProperties' is required to be supplied and to be false.";
            }
            var required = schema.Items("required").Where(static name => name.ValueKind == JsonValueKind.String).Select(static name => name.GetString()).ToHashSet();
            foreach (var property in properties.EnumerateObject())
            {
                if (!required.Contains(property.Name))
                {
                    return $"In context={Written(context)}, 'required' is required to be supplied and to be an array including every key in properties. Missing '{property.Name}'.";
                }
            }
            foreach (var property in properties.EnumerateObject())
            {
                if (Fault(property.Value, [.. context, "properties", property.Name], depth + 1) is { } fault)
                {
                    return fault;
                }
            }
        }
        return schema.TryGetProperty("items", out var items) ? Fault(items, [.. context, "items"], depth + 1) : null;
    }

    // As Python prints a tuple, which is what the vendor's message shows.
    private static string Written(List<string> context) => context.Count == 1 ? $"('{context[0]}',)" : $"({string.Join(", ", context.Select(static step => $"'{step}'"))})";
}
