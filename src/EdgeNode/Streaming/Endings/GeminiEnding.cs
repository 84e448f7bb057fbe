namespace GlobalGateway.EdgeNode.Streaming.Endings;

/// <summary>Ends a Gemini stream with <c>finishReason: MAX_TOKENS</c>.</summary>
internal sealed class GeminiEnding(int answers) : StreamEnding
{
    private readonly LastEvent _last = new();

    public override void Observe(in SseEvent next)
    {
        next.Parse(out _, out var data);
        if (!data.IsEmpty)
        {
            _last.Keep(data);
        }
    }

    public override IReadOnlyList<byte[]> Events(long prompt, long produced)
    {
        if (_last.Read() is not { } last || answers == 1 && LastEvent.Items(last, "candidates").Any(c => LastEvent.HasText(c, "finishReason")))
        {
            return [];
        }

        var events = new List<byte[]>(answers);
        for (var index = 0; index < answers; index++)
        {
            var candidate = index;
            events.Add(Event(null, writer =>
            {
                writer.WriteStartObject();
                writer.WriteStartArray("candidates"u8);
                writer.WriteStartObject();
                writer.WriteStartObject("content"u8);
                writer.WriteStartArray("parts"u8);
                writer.WriteStartObject();
                writer.WriteString("text"u8, ""u8);
                writer.WriteEndObject();
                writer.WriteEndArray();
                writer.WriteString("role"u8, "model"u8);
                writer.WriteEndObject();
                writer.WriteString("finishReason"u8, "MAX_TOKENS"u8);
                writer.WriteNumber("index"u8, candidate);
                writer.WriteEndObject();
                writer.WriteEndArray();
                Copy(writer, last, "usageMetadata");
                Copy(writer, last, "modelVersion");
                Copy(writer, last, "responseId");
                writer.WriteEndObject();
            }));
        }

        return events;
    }
}
