using System.Text.Json;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>Arguments of a tool call are a JSON object, whatever a client or provider wrote.</summary>
internal static class ToolArguments
{
    /// <summary>The text itself when it is a JSON object, <c>{}</c> when it is empty.</summary>
    /// <exception cref="TranslationException">It is something else.</exception>
    public static string Valid(string? text, string place)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return "{}";
        }

        return IsObject(text) ? text : throw new TranslationException(place, $"\"{place}\" must be a JSON object as text.");
    }

    /// <summary>The text itself when it is a JSON object: an answer that its limit has cut may hold less.</summary>
    public static string OrEmpty(string text) => IsObject(text) ? text : "{}";

    public static bool IsObject(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
