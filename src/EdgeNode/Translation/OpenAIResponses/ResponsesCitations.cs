using System.Text.Json;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.OpenAIResponses;

/// <summary>Reads and writes the <c>annotations</c> of a text part.</summary>
internal static class ResponsesCitations
{
    /// <summary>Nothing unless it names an address: files are known only to their provider.</summary>
    public static Citation? Read(JsonElement annotation, int offset = 0) =>
        annotation.Text("type") == "url_citation" && annotation.Text("url") is { Length: > 0 } url
            ? new Citation(url, annotation.Text("title"), offset + (int?)annotation.Whole("start_index"), offset + (int?)annotation.Whole("end_index"), null)
            : null;

    /// <param name="length">Of the text, all of which a source without places stands behind.</param>
    public static void Write(Utf8JsonWriter writer, Citation citation, int length)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "url_citation"u8);
        writer.WriteNumber("start_index"u8, citation.Start ?? 0);
        writer.WriteNumber("end_index"u8, citation.End ?? length);
        writer.WriteString("url"u8, citation.Url);
        writer.WriteString("title"u8, citation.Title ?? "");
        writer.WriteEndObject();
    }
}
