using System.Text.Json;
using GlobalGateway.ProviderSimulator.Answers;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary>The content filter results that Azure adds to OpenAI's shapes.</summary>
internal static class ContentFilter
{
    private static readonly string[] Categories = ["hate", "self_harm", "sexual", "violence"];

    public static void WriteResults(Utf8JsonWriter writer, bool isEmpty = false, string? filtered = null)
    {
        writer.WriteStartObject("content_filter_results");
        WriteCategories(writer, isEmpty, filtered);
        writer.WriteEndObject();
    }

    public static void WriteCategories(Utf8JsonWriter writer, bool isEmpty, string? filtered)
    {
        foreach (var category in isEmpty ? [] : Categories)
        {
            writer.WriteStartObject(category);
            writer.WriteBoolean("filtered", category == filtered);
            writer.WriteString("severity", category == filtered ? "high" : "safe");
            writer.WriteEndObject();
        }
    }

    public static void WritePromptResults(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("prompt_filter_results");
        writer.WriteStartObject();
        writer.WriteNumber("prompt_index", 0);
        WriteResults(writer);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    /// <summary>Azure's first chunk: the prompt's results, and no choices.</summary>
    public static byte[] LeadingChunk() => JsonBytes.Event(null, 0, static (writer, _) =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("choices");
        writer.WriteEndArray();
        writer.WriteNumber("created", 0);
        writer.WriteString("id", "");
        writer.WriteString("model", "");
        writer.WriteString("object", "");
        WritePromptResults(writer);
        writer.WriteEndObject();
    });
}
