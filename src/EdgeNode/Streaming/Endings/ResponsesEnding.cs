using System.Text;
using System.Text.Json;

namespace GlobalGateway.EdgeNode.Streaming.Endings;

/// <summary>
/// Ends a stream of OpenAI's responses API with <c>response.incomplete</c> for <c>max_output_tokens</c>. Its last event repeats
/// the whole answer, so the items are kept, and the text of the one that is open.
/// </summary>
internal sealed class ResponsesEnding : StreamEnding
{
    private readonly List<JsonElement> _done = [];
    private readonly StringBuilder _text = new();
    private JsonElement? _response;
    private JsonElement? _open;
    private int _outputIndex;
    private int _contentIndex = -1;
    private long _sequence = -1;
    private bool _finished;

    public override void Observe(in SseEvent next)
    {
        next.Parse(out _, out var data);
        if (data.IsEmpty || data[0] != '{')
        {
            return;
        }

        try
        {
            var reader = new Utf8JsonReader(data);
            using var document = JsonDocument.ParseValue(ref reader);
            Observe(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            // The passage says what is wrong with it.
        }
    }

    public override IReadOnlyList<byte[]> Events(long prompt, long produced)
    {
        if (_finished || _response is not { } response)
        {
            return [];
        }

        var events = new List<byte[]>();
        if (_open is { } item)
        {
            Close(events, item);
        }

        events.Add(Event("response.incomplete", writer =>
        {
            Begin(writer, "response.incomplete");
            writer.WriteStartObject("response"u8);
            foreach (var member in response.EnumerateObject().Where(m => m.Name is not ("status" or "output" or "incomplete_details" or "usage")))
            {
                member.WriteTo(writer);
            }

            writer.WriteString("status"u8, "incomplete"u8);
            writer.WriteStartObject("incomplete_details"u8);
            writer.WriteString("reason"u8, "max_output_tokens"u8);
            writer.WriteEndObject();
            writer.WriteStartArray("output"u8);
            foreach (var done in _done)
            {
                done.WriteTo(writer);
            }

            if (_open is { } open)
            {
                WriteItem(writer, open);
            }

            writer.WriteEndArray();
            writer.WriteNull("usage"u8);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }));
        return events;
    }

    private void Observe(JsonElement root)
    {
        _sequence = root.TryGetProperty("sequence_number", out var number) ? number.GetInt64() : _sequence;
        switch (root.GetProperty("type").GetString())
        {
            case "response.created" or "response.in_progress":
                _response = root.GetProperty("response").Clone();
                break;
            case "response.output_item.added":
                (_open, _contentIndex) = (root.GetProperty("item").Clone(), -1);
                _outputIndex = root.GetProperty("output_index").GetInt32();
                _text.Clear();
                break;
            case "response.content_part.added":
                _contentIndex = root.GetProperty("content_index").GetInt32();
                _text.Clear();
                break;
            case "response.output_text.delta" or "response.function_call_arguments.delta":
                _text.Append(root.GetProperty("delta").GetString());
                break;
            case "response.output_item.done":
                _done.Add(root.GetProperty("item").Clone());
                _open = null;
                break;
            case "response.completed" or "response.incomplete" or "response.failed":
                _finished = true;
                break;
        }
    }

    private void Close(List<byte[]> events, JsonElement item)
    {
        if (_contentIndex >= 0)
        {
            events.Add(Event("response.output_text.done", writer =>
            {
                Begin(writer, "response.output_text.done");
                Place(writer, item);
                writer.WriteString("text"u8, _text.ToString());
                writer.WriteStartArray("logprobs"u8);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }));
            events.Add(Event("response.content_part.done", writer =>
            {
                Begin(writer, "response.content_part.done");
                Place(writer, item);
                writer.WritePropertyName("part"u8);
                WriteText(writer);
                writer.WriteEndObject();
            }));
        }

        events.Add(Event("response.output_item.done", writer =>
        {
            Begin(writer, "response.output_item.done");
            writer.WriteNumber("output_index"u8, _outputIndex);
            writer.WritePropertyName("item"u8);
            WriteItem(writer, item);
            writer.WriteEndObject();
        }));
    }

    private void WriteItem(Utf8JsonWriter writer, JsonElement item)
    {
        writer.WriteStartObject();
        foreach (var member in item.EnumerateObject().Where(m => m.Name is not ("status" or "content" or "arguments")))
        {
            member.WriteTo(writer);
        }

        writer.WriteString("status"u8, "incomplete"u8);
        if (item.TryGetProperty("content", out _))
        {
            writer.WriteStartArray("content"u8);
            if (_contentIndex >= 0)
            {
                WriteText(writer);
            }

            writer.WriteEndArray();
        }
        else if (item.TryGetProperty("arguments", out _))
        {
            writer.WriteString("arguments"u8, _text.ToString());
        }

        writer.WriteEndObject();
    }

    private void WriteText(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "output_text"u8);
        writer.WriteStartArray("annotations"u8);
        writer.WriteEndArray();
        writer.WriteStartArray("logprobs"u8);
        writer.WriteEndArray();
        writer.WriteString("text"u8, _text.ToString());
        writer.WriteEndObject();
    }

    private void Begin(Utf8JsonWriter writer, string type)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, type);
        if (_sequence >= 0)
        {
            writer.WriteNumber("sequence_number"u8, ++_sequence);
        }
    }

    private void Place(Utf8JsonWriter writer, JsonElement item)
    {
        Copy(writer, item, "id", "item_id");
        writer.WriteNumber("output_index"u8, _outputIndex);
        writer.WriteNumber("content_index"u8, _contentIndex);
    }

    private static void Copy(Utf8JsonWriter writer, JsonElement from, string member, string name)
    {
        if (from.TryGetProperty(member, out var value))
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }
    }
}
