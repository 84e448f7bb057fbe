using System.Buffers;
using System.Text;
using System.Text.Json;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary>Writes answers for clients of Gemini's API, whole or a chunk of them.</summary>
internal static class GeminiAnswerWriter
{
    public static void Write(ChatAnswer answer, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteStartArray("candidates");
        var index = 0;
        foreach (var each in answer.Others.Prepend(answer))
        {
            WriteCandidate(writer, index++, each.Parts, each.EffectiveStop, Cited(each.Parts), each.LogProbs);
        }

        writer.WriteEndArray();
        WriteEnd(writer, answer.Id, answer.Model, answer.Usage);
    }

    /// <summary>A chunk of one candidate.</summary>
    /// <param name="stop">Absent in every chunk but the candidate's last.</param>
    /// <param name="usage">Absent in every chunk but the last of all.</param>
    /// <param name="cited">The whole text and its sources, where there are any.</param>
    public static void Write(
        IBufferWriter<byte> output, string id, string model, int index, IReadOnlyList<Part> parts, StopKind? stop, Usage? usage,
        (string Text, IReadOnlyList<Citation> Citations)? cited = null, IReadOnlyList<TokenProbability>? logProbs = null)
    {
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteStartArray("candidates");
        WriteCandidate(writer, index, parts, stop, cited, logProbs);
        writer.WriteEndArray();
        WriteEnd(writer, id, model, usage);
    }

    /// <summary>The whole text with its sources, whose places count from its beginning.</summary>
    private static (string Text, IReadOnlyList<Citation> Citations) Cited(IReadOnlyList<Part> parts)
    {
        var text = new StringBuilder();
        var citations = new List<Citation>();
        foreach (var part in parts.OfType<TextPart>())
        {
            citations.AddRange(part.Citations.Select(c => c with { Start = text.Length + (c.Start ?? 0), End = text.Length + (c.End ?? part.Text.Length) }));
            text.Append(part.Text);
        }

        return (text.ToString(), citations);
    }

    private static void WriteCandidate(
        Utf8JsonWriter writer, int index, IReadOnlyList<Part> parts, StopKind? stop, (string Text, IReadOnlyList<Citation> Citations)? cited, IReadOnlyList<TokenProbability>? logProbs)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("content");
        writer.WriteStartArray("parts");
        foreach (var part in parts)
        {
            WritePart(writer, part);
        }

        writer.WriteEndArray();
        writer.WriteString("role", "model");
        writer.WriteEndObject();
        if (stop is { } kind)
        {
            writer.WriteString("finishReason", GeminiWords.FinishReason(kind));
        }

        if (cited is { Citations.Count: > 0 } sources)
        {
            GeminiCitations.Write(writer, sources.Citations, sources.Text);
        }

        if (logProbs is not null)
        {
            GeminiLogProbs.Write(writer, logProbs);
        }

        writer.WriteNumber("index", index);
        writer.WriteEndObject();
    }

    private static void WriteEnd(Utf8JsonWriter writer, string id, string model, Usage? usage)
    {
        if (usage is { } counted)
        {
            WriteUsage(writer, counted);
        }

        writer.WriteString("modelVersion", model);
        writer.WriteString("responseId", id);
        writer.WriteEndObject();
    }

    private static void WritePart(Utf8JsonWriter writer, Part part)
    {
        switch (part)
        {
            case ToolCallPart call:
                writer.WriteStartObject();
                writer.WriteStartObject("functionCall");
                writer.WriteString("id", call.Id);
                writer.WriteString("name", call.Name);
                writer.WritePropertyName("args");
                writer.WriteRawValue(ToolArguments.OrEmpty(call.Arguments));
                writer.WriteEndObject();
                writer.WriteEndObject();
                break;
            case ReasoningPart { Redacted: null } reasoning:
                writer.WriteStartObject();
                writer.WriteString("text", reasoning.Text);
                writer.WriteBoolean("thought", true);
                if (reasoning is { Signature: { Length: > 0 } signature, Provider: { } provider })
                {
                    writer.WriteString("thoughtSignature", GeminiSignatures.Write(signature, provider));
                }

                writer.WriteEndObject();
                break;
            case TextPart or RefusalPart:
                writer.WriteStartObject();
                writer.WriteString("text", part is TextPart text ? text.Text : ((RefusalPart)part).Text);
                writer.WriteEndObject();
                break;
        }
    }

    // The prompt includes what the cache gave; candidates exclude thoughts.
    private static void WriteUsage(Utf8JsonWriter writer, Usage usage)
    {
        writer.WriteStartObject("usageMetadata");
        writer.WriteNumber("promptTokenCount", usage.TotalInput);
        writer.WriteNumber("candidatesTokenCount", usage.Output);
        writer.WriteNumber("totalTokenCount", usage.TotalTokens);
        if (usage.CacheRead > 0)
        {
            writer.WriteNumber("cachedContentTokenCount", usage.CacheRead);
        }

        if (usage.Reasoning > 0)
        {
            writer.WriteNumber("thoughtsTokenCount", usage.Reasoning);
        }

        writer.WriteEndObject();
    }
}
