using System.Text.Json;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>Finds the sentence for people in a provider's error body: every vendor keeps it at <c>error.message</c>.</summary>
public static class ProviderMessages
{
    public static string? Of(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? list[0] : document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object
                && error.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String
                ? message.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
