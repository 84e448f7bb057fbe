using System.Text;
using System.Text.Json;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary>Reads and writes the <c>groundingMetadata</c> of a candidate: sources, and which parts of the text rest on which.</summary>
internal static class GeminiCitations
{
    /// <param name="text">The answer's text, in which the parts are looked up: Gemini counts its places in bytes.</param>
    public static List<Citation> Read(JsonElement? candidate, string text)
    {
        var citations = new List<Citation>();
        if (candidate is not { } owner || !owner.Has("groundingMetadata", out var metadata))
        {
            return citations;
        }

        var sources = metadata.Items("groundingChunks").Select(c => c.Item.Has("web", out var web) ? (Url: web.Text("uri"), Title: web.Text("title")) : default).ToArray();
        var named = new HashSet<int>();
        foreach (var (support, _) in metadata.Items("groundingSupports"))
        {
            var part = support.Has("segment", out var segment) ? segment.Text("text") : null;
            var start = part is { Length: > 0 } ? text.IndexOf(part, StringComparison.Ordinal) : -1;
            foreach (var (index, _) in support.Items("groundingChunkIndices"))
            {
                if (index.TryGetInt32(out var number) && number >= 0 && number < sources.Length && sources[number].Url is { Length: > 0 } url)
                {
                    named.Add(number);
                    citations.Add(new Citation(url, sources[number].Title, start < 0 ? null : start, start < 0 ? null : start + part!.Length, null));
                }
            }
        }

        citations.AddRange(sources.Where((s, i) => s.Url is { Length: > 0 } && !named.Contains(i)).Select(s => new Citation(s.Url!, s.Title, null, null, null)));
        return citations;
    }

    /// <param name="text">The answer's text.</param>
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<Citation> citations, string text)
    {
        writer.WriteStartObject("groundingMetadata");
        writer.WriteStartArray("groundingChunks");
        foreach (var citation in citations)
        {
            writer.WriteStartObject();
            writer.WriteStartObject("web");
            writer.WriteString("uri", citation.Url);
            writer.WriteString("title", citation.Title ?? "");
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("groundingSupports");
        for (var i = 0; i < citations.Count; i++)
        {
            var start = Math.Clamp(citations[i].Start ?? 0, 0, text.Length);
            var end = Math.Clamp(citations[i].End ?? text.Length, start, text.Length);
            writer.WriteStartObject();
            writer.WriteStartObject("segment");
            writer.WriteNumber("startIndex", Encoding.UTF8.GetByteCount(text.AsSpan(0, start)));
            writer.WriteNumber("endIndex", Encoding.UTF8.GetByteCount(text.AsSpan(0, end)));
            writer.WriteString("text", text.AsSpan(start, end - start));
            writer.WriteEndObject();
            writer.WriteStartArray("groundingChunkIndices");
            writer.WriteNumberValue(i);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
