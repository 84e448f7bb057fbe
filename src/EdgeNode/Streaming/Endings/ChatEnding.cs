namespace GlobalGateway.EdgeNode.Streaming.Endings;

/// <summary>Ends a stream of OpenAI chat completion chunks with <c>finish_reason: length</c>.</summary>
internal sealed class ChatEnding(int answers, bool wantsUsage) : StreamEnding
{
    private readonly LastEvent _last = new();

    public override void Observe(in SseEvent next)
    {
        next.Parse(out _, out var data);
        if (data.IndexOf("\"choices\""u8) >= 0)
        {
            _last.Keep(data);
        }
    }

    public override IReadOnlyList<byte[]> Events(long prompt, long produced)
    {
        if (_last.Read() is not { } last || answers == 1 && LastEvent.Items(last, "choices").Any(c => LastEvent.HasText(c, "finish_reason")))
        {
            return [];
        }

        var finish = Event(null, writer =>
        {
            writer.WriteStartObject();
            Frame();
            writer.WriteStartArray("choices"u8);
            for (var index = 0; index < answers; index++)
            {
                writer.WriteStartObject();
                writer.WriteNumber("index"u8, index);
                writer.WriteStartObject("delta"u8);
                writer.WriteEndObject();
                writer.WriteNull("logprobs"u8);
                writer.WriteString("finish_reason"u8, "length"u8);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();

            void Frame()
            {
                foreach (var member in (string[])["id", "object", "created", "model", "system_fingerprint"])
                {
                    Copy(writer, last, member);
                }
            }
        });
        return wantsUsage ? [finish, Usage(last, prompt, produced), "data: [DONE]\n\n"u8.ToArray()] : [finish, "data: [DONE]\n\n"u8.ToArray()];
    }

    private static byte[] Usage(System.Text.Json.JsonElement last, long prompt, long produced) => Event(null, writer =>
    {
        writer.WriteStartObject();
        foreach (var member in (string[])["id", "object", "created", "model"])
        {
            Copy(writer, last, member);
        }

        writer.WriteStartArray("choices"u8);
        writer.WriteEndArray();
        writer.WriteStartObject("usage"u8);
        writer.WriteNumber("prompt_tokens"u8, prompt);
        writer.WriteNumber("completion_tokens"u8, produced);
        writer.WriteNumber("total_tokens"u8, prompt + produced);
        writer.WriteEndObject();
        writer.WriteEndObject();
    });
}
