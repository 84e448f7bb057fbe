using System.Buffers;
using System.Text.Json;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.AnthropicMessages;

/// <summary>Reads and writes whole messages.</summary>
internal static class MessagesAnswers
{
    public static ChatAnswer Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        var content = root.GetProperty("content");
        var answer = new ChatAnswer
        {
            Id = root.Text("id") ?? "",
            Model = root.Text("model") ?? "",
            Parts = [.. content.EnumerateArray().Where(IsRead).Select(b => MessagesBlocks.ReadBlock(b, "content"))],
            Stop = MessagesWords.Stop(root.Text("stop_reason")),
            StopSequence = root.Text("stop_sequence"),
            Usage = UsageReader.Of(root),
        };
        return answer with { Stop = answer.EffectiveStop };
    }

    // What a server tool did inside the provider is told by the text after it.
    private static bool IsRead(JsonElement block) =>
        block.Text("type") is "text" and var type && block.Text(type) is { Length: > 0 } || block.Text("type") is "thinking" or "redacted_thinking" or "tool_use";

    public static void Write(ChatAnswer answer, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteString("id", MessagesIds.Of(answer.Id));
        writer.WriteString("type", "message");
        writer.WriteString("role", "assistant");
        writer.WriteString("model", answer.Model);
        writer.WriteStartArray("content");
        foreach (var part in answer.Parts)
        {
            if (part is TextPart { Citations.Count: > 0 } cited)
            {
                MessagesCitations.WriteBlock(writer, cited);
            }
            else
            {
                MessagesBlocks.Write(writer, part);
            }
        }

        writer.WriteEndArray();
        writer.WriteString("stop_reason", MessagesWords.StopReason(answer.EffectiveStop));
        writer.WriteString("stop_sequence", answer.StopSequence);
        writer.WritePropertyName("usage");
        WriteUsage(writer, answer.Usage);
        writer.WriteEndObject();
    }

    /// <summary>Their input excludes what came from the cache or went there; their output includes the thinking.</summary>
    public static void WriteUsage(Utf8JsonWriter writer, Usage usage)
    {
        writer.WriteStartObject();
        writer.WriteNumber("input_tokens", usage.Input);
        writer.WriteNumber("cache_creation_input_tokens", usage.CacheWrite + usage.CacheWriteLong);
        writer.WriteNumber("cache_read_input_tokens", usage.CacheRead);
        writer.WriteStartObject("cache_creation");
        writer.WriteNumber("ephemeral_5m_input_tokens", usage.CacheWrite);
        writer.WriteNumber("ephemeral_1h_input_tokens", usage.CacheWriteLong);
        writer.WriteEndObject();
        writer.WriteNumber("output_tokens", usage.TotalOutput);
        writer.WriteEndObject();
    }
}
