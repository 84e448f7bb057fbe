using System.Text.Json;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.AnthropicMessages;

/// <summary>Reads and writes the citations of a text block.</summary>
internal static class MessagesCitations
{
    /// <summary>Nothing unless it names an address: documents of the request have none.</summary>
    public static Citation? Read(JsonElement citation, int? start = null, int? end = null) =>
        (citation.Text("url") ?? citation.Text("source")) is { Length: > 0 } url ? new Citation(url, citation.Text("title"), start, end, citation.Text("cited_text")) : null;

    public static void Write(Utf8JsonWriter writer, Citation citation)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "web_search_result_location");
        writer.WriteString("url", citation.Url);
        writer.WriteString("title", citation.Title);
        writer.WriteString("cited_text", citation.Quote ?? "");
        writer.WriteString("encrypted_index", "");
        writer.WriteEndObject();
    }

    /// <summary>A text block of an answer: what a client sends back names no sources, since Anthropic did not give them.</summary>
    public static void WriteBlock(Utf8JsonWriter writer, TextPart text)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "text");
        writer.WriteString("text", text.Text);
        writer.WriteStartArray("citations");
        foreach (var citation in text.Citations)
        {
            Write(writer, citation);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
