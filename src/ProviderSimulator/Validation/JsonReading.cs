using System.Text.Json;

namespace GlobalGateway.ProviderSimulator.Validation;

/// <summary>Reads optional fields of an already validated request; null counts as absent.</summary>
internal static class JsonReading
{
    private const int DepthMax = 128;

    public static JsonElement? Field(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string? Text(this JsonElement element, string name) => element.Field(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public static bool Flag(this JsonElement element, string name) => element.Field(name) is { ValueKind: JsonValueKind.True };

    public static long? Whole(this JsonElement element, string name) => element.Field(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Field(name) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : [];

    public static bool IsGptFive(string model) => model.StartsWith("gpt-5", StringComparison.Ordinal);

    public static bool TryParse(byte[] body, out JsonDocument? document)
    {
        try
        {
            document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = DepthMax });
            if (document.RootElement.ValueKind == JsonValueKind.Object && HasValidText(body))
            {
                return true;
            }
            document.Dispose();
        }
        catch (JsonException)
        {
        }
        document = null;
        return false;
    }

    // JsonDocument looks at a string only when it is read; a vendor refuses broken UTF-8 and half surrogates at once.
    private static bool HasValidText(byte[] body)
    {
        if (!System.Text.Unicode.Utf8.IsValid(body))
        {
            return false;
        }
        if (body.AsSpan().IndexOf("\\u"u8) < 0)
        {
            return true;
        }
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = DepthMax });
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    reader.GetString();
                }
            }
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
