using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace GlobalGateway.Contracts.Canonical;

/// <summary>
/// Refuses a resource that lacks a field: canonical lines have every default written out, and generated readers leave null what they do
/// not find, where nobody who uses the resource expects it.
/// </summary>
internal static class Completeness
{
    /// <exception cref="JsonException">Something that is never absent is null.</exception>
    public static void Check(object value, JsonTypeInfo type)
    {
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object:
                foreach (var property in type.Properties)
                {
                    CheckProperty(value, property);
                }

                break;
            case JsonTypeInfoKind.Enumerable when TypeOf(type.ElementType!) is { Kind: not JsonTypeInfoKind.None } element:
                foreach (var item in (IEnumerable)value)
                {
                    Check(item, element);
                }

                break;
        }
    }

    private static void CheckProperty(object owner, JsonPropertyInfo property)
    {
        if (property.Get is not { } get || property.PropertyType.IsPrimitive)
        {
            return;
        }

        if (get(owner) is not { } value)
        {
            if (!property.IsGetNullable && !property.PropertyType.IsValueType)
            {
                throw new JsonException($"{property.Name} is missing");
            }
        }
        else if (TypeOf(property.PropertyType) is { Kind: not JsonTypeInfoKind.None } type)
        {
            Check(value, type);
        }
    }

    private static JsonTypeInfo? TypeOf(Type type) => ResourceJsonContext.Default.GetTypeInfo(type);
}
