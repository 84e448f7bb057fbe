using System.Globalization;
using System.Text.Json;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>Reads members of a client's or provider's JSON with errors that name the field.</summary>
internal static class JsonFields
{
    public static bool Has(this JsonElement element, string name, out JsonElement value) =>
        element.TryGetProperty(name, out value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);

    public static string? Text(this JsonElement element, string name, string place = "") =>
        !element.Has(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw new TranslationException(Join(place, name), $"\"{Join(place, name)}\" must be text.");

    public static string RequiredText(this JsonElement element, string name, string place) =>
        element.Text(name, place) ?? throw new TranslationException(Join(place, name), $"\"{Join(place, name)}\" is missing.");

    public static double? Number(this JsonElement element, string name, double min, double max) =>
        !element.Has(name, out var value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= min && number <= max ? number
        : throw new TranslationException(name, string.Create(CultureInfo.InvariantCulture, $"\"{name}\" must be a number from {min} to {max}."));

    public static long? Whole(this JsonElement element, string name, long min, long max) =>
        element.Whole(name) is not { } number || number >= min && number <= max ? element.Whole(name)
        : throw new TranslationException(name, string.Create(CultureInfo.InvariantCulture, $"\"{name}\" must be a whole number from {min} to {max}."));

    public static long? Whole(this JsonElement element, string name, string place = "") =>
        !element.Has(name, out var value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number
        : throw new TranslationException(Join(place, name), $"\"{Join(place, name)}\" must be a whole number.");

    public static bool? Flag(this JsonElement element, string name, string place = "") =>
        !element.Has(name, out var value) ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw new TranslationException(Join(place, name), $"\"{Join(place, name)}\" must be true or false.");

    public static IEnumerable<(JsonElement Item, string Place)> Items(this JsonElement element, string name, string place = "")
    {
        if (!element.Has(name, out var list))
        {
            yield break;
        }

        var here = Join(place, name);
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw new TranslationException(here, $"\"{here}\" must be a list.");
        }

        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            yield return (item, $"{here}[{index++}]");
        }
    }

    public static JsonElement Object(this JsonElement element, string place) =>
        element.ValueKind == JsonValueKind.Object ? element : throw new TranslationException(place, $"\"{place}\" must be an object.");

    public static string Join(string place, string name) => place.Length == 0 ? name : $"{place}.{name}";
}
