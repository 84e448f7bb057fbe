using System.Text.Json;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.OpenAIChat;

/// <summary>Reads and writes the <c>annotations</c> of a message.</summary>
internal static class ChatCitations
{
    /// <summary>Those that name an address; files are known only to their provider.</summary>
    public static List<Citation> Read(JsonElement message)
    {
        var citations = new List<Citation>();
        foreach (var (annotation, _) in message.Items("annotations"))
        {
            if (annotation.Has("url_citation", out var source) && source.Text("url") is { Length: > 0 } url)
            {
                citations.Add(new Citation(url, source.Text("title"), (int?)source.Whole("start_index"), (int?)source.Whole("end_index"), null));
            }
        }

        return citations;
    }

    /// <summary>All of an answer's texts, which are one in this API.</summary>
    public static void Write(Utf8JsonWriter writer, IEnumerable<TextPart> texts)
    {
        var offset = 0;
        writer.WriteStartArray("annotations");
        foreach (var text in texts)
        {
            foreach (var citation in text.Citations)
            {
                Write(writer, citation, offset, text.Text.Length);
            }

            offset += text.Text.Length;
        }

        writer.WriteEndArray();
    }

    public static void Write(Utf8JsonWriter writer, Citation citation, int offset, int length)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "url_citation");
        writer.WriteStartObject("url_citation");
        writer.WriteNumber("start_index", offset + (citation.Start ?? 0));
        writer.WriteNumber("end_index", offset + (citation.End ?? length));
        writer.WriteString("title", citation.Title ?? "");
        writer.WriteString("url", citation.Url);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
