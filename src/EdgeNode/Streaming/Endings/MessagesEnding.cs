using System.Text.Json;

namespace GlobalGateway.EdgeNode.Streaming.Endings;

/// <summary>Ends a stream of Anthropic's messages API with <c>stop_reason: max_tokens</c>, after closing the block that is open.</summary>
internal sealed class MessagesEnding : StreamEnding
{
    // A type stands at the beginning of its event; text that looks like one does not.
    private const int TypeWithin = 64;

    private int _open = -1;
    private bool _begun;
    private bool _finished;

    public override void Observe(in SseEvent next)
    {
        next.Parse(out _, out var data);
        var head = data[..Math.Min(data.Length, TypeWithin)];
        _begun = true;
        if (head.IndexOf("\"content_block_start\""u8) >= 0)
        {
            _open = IndexOf(data);
        }
        else if (head.IndexOf("\"content_block_stop\""u8) >= 0)
        {
            _open = -1;
        }
        else if (head.IndexOf("\"message_delta\""u8) >= 0)
        {
            _finished = true;
        }
    }

    public override IReadOnlyList<byte[]> Events(long prompt, long produced)
    {
        if (_finished || !_begun)
        {
            return [];
        }

        var events = new List<byte[]>(3);
        if (_open >= 0)
        {
            events.Add(Event("content_block_stop", writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("type"u8, "content_block_stop"u8);
                writer.WriteNumber("index"u8, _open);
                writer.WriteEndObject();
            }));
        }

        events.Add(Event("message_delta", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "message_delta"u8);
            writer.WriteStartObject("delta"u8);
            writer.WriteString("stop_reason"u8, "max_tokens"u8);
            writer.WriteNull("stop_sequence"u8);
            writer.WriteEndObject();
            writer.WriteStartObject("usage"u8);
            writer.WriteNumber("output_tokens"u8, produced);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }));
        events.Add("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"u8.ToArray());
        return events;
    }

    private static int IndexOf(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("index"u8))
                {
                    return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var index) ? index : -1;
                }
            }
        }
        catch (JsonException)
        {
            // The passage says what is wrong with it.
        }

        return -1;
    }
}
