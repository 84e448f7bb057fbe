using System.Buffers;
using System.Text.Json;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.AnthropicMessages;

/// <summary>
/// Writes the events of a messages stream: blocks open and close one at a time with contiguous indexes, then
/// <c>message_delta</c>, then <c>message_stop</c>. Argument fragments of a call that is not open wait until it is its turn.
/// </summary>
internal sealed class MessagesStreamEncoder : StreamEncoder
{
    private readonly Dictionary<int, (string Id, string Name, string Waiting)> _waiting = [];
    private int _block = -1;
    private StreamPartKind? _open;
    private bool _signed;
    private int _openCall = -1;
    private StopKind _stop;
    private Usage _usage;
    private bool _started;

    public override void Encode(in StreamPart step, IBufferWriter<byte> output)
    {
        switch (step.Kind)
        {
            case StreamPartKind.Start:
                Start(output, step.Id ?? "", step.Name ?? "");
                break;
            case StreamPartKind.Text or StreamPartKind.Refusal:
                Open(output, StreamPartKind.Text);
                Delta(output, "text_delta", "text", step.Text);
                break;
            case StreamPartKind.Citation when _open == StreamPartKind.Text:
                Cite(output, step.Citation!);
                break;
            case StreamPartKind.Reasoning:
                Open(output, StreamPartKind.Reasoning);
                Delta(output, "thinking_delta", "thinking", step.Text);
                break;
            case StreamPartKind.ReasoningSignature:
                Open(output, StreamPartKind.Reasoning);
                Delta(output, "signature_delta", "signature", step.Text);
                _signed = true;
                break;
            case StreamPartKind.ToolStart:
                StartCall(output, step.Index, step.Id ?? "", step.Name ?? "");
                break;
            case StreamPartKind.ToolArguments:
                Arguments(output, step.Index, step.Text);
                break;
            case StreamPartKind.Finish:
                _stop = step.Stop;
                break;
            case StreamPartKind.Usage:
                _usage = step.Usage;
                break;
            case StreamPartKind.End:
                Finish(output);
                break;
        }
    }

    private void Start(IBufferWriter<byte> output, string id, string model)
    {
        if (_started)
        {
            return;
        }

        _started = true;
        Event(output, "message_start", writer =>
        {
            writer.WriteStartObject("message");
            writer.WriteString("id", MessagesIds.Of(id));
            writer.WriteString("type", "message");
            writer.WriteString("role", "assistant");
            writer.WriteString("model", model);
            writer.WriteStartArray("content");
            writer.WriteEndArray();
            writer.WriteNull("stop_reason");
            writer.WriteNull("stop_sequence");
            writer.WritePropertyName("usage");
            MessagesAnswers.WriteUsage(writer, default);
            writer.WriteEndObject();
        });
    }

    private void Open(IBufferWriter<byte> output, StreamPartKind kind)
    {
        // A signature closes its thinking: what comes after it is a block of its own.
        if (_open == kind && !_signed)
        {
            return;
        }

        _signed = false;

        BeginBlock(output, kind, writer =>
        {
            var text = kind == StreamPartKind.Text;
            writer.WriteString("type", text ? "text" : "thinking");
            writer.WriteString(text ? "text" : "thinking", "");
            if (!text)
            {
                writer.WriteString("signature", "");
            }
        });
    }

    private void StartCall(IBufferWriter<byte> output, int call, string id, string name)
    {
        if (_open == StreamPartKind.ToolStart)
        {
            // Another call is open: this one waits, so that blocks do not interleave.
            _waiting[call] = (id, name, "");
            return;
        }

        OpenCall(output, call, id, name);
    }

    private void OpenCall(IBufferWriter<byte> output, int call, string id, string name)
    {
        _openCall = call;
        BeginBlock(output, StreamPartKind.ToolStart, writer =>
        {
            writer.WriteString("type", "tool_use");
            writer.WriteString("id", id);
            writer.WriteString("name", name);
            writer.WriteStartObject("input");
            writer.WriteEndObject();
        });
    }

    private void Arguments(IBufferWriter<byte> output, int call, string fragment)
    {
        if (call == _openCall && _open == StreamPartKind.ToolStart)
        {
            Delta(output, "input_json_delta", "partial_json", fragment);
        }
        else if (_waiting.TryGetValue(call, out var waiting))
        {
            _waiting[call] = waiting with { Waiting = waiting.Waiting + fragment };
        }
    }

    private void BeginBlock(IBufferWriter<byte> output, StreamPartKind kind, Action<Utf8JsonWriter> content)
    {
        Start(output, "", "");
        CloseBlock(output);
        _open = kind;
        _block++;
        Event(output, "content_block_start", writer =>
        {
            writer.WriteNumber("index", _block);
            writer.WriteStartObject("content_block");
            content(writer);
            writer.WriteEndObject();
        });
    }

    private void CloseBlock(IBufferWriter<byte> output)
    {
        if (_open is null)
        {
            return;
        }

        _open = null;
        Event(output, "content_block_stop", writer => writer.WriteNumber("index", _block));
    }

    private void Cite(IBufferWriter<byte> output, Citation citation) => Event(output, "content_block_delta", writer =>
    {
        writer.WriteNumber("index", _block);
        writer.WriteStartObject("delta");
        writer.WriteString("type", "citations_delta");
        writer.WritePropertyName("citation");
        MessagesCitations.Write(writer, citation);
        writer.WriteEndObject();
    });

    private void Delta(IBufferWriter<byte> output, string type, string field, string text) => Event(output, "content_block_delta", writer =>
    {
        writer.WriteNumber("index", _block);
        writer.WriteStartObject("delta");
        writer.WriteString("type", type);
        writer.WriteString(field, text);
        writer.WriteEndObject();
    });

    private void Finish(IBufferWriter<byte> output)
    {
        foreach (var (call, (id, name, arguments)) in _waiting.OrderBy(w => w.Key))
        {
            OpenCall(output, call, id, name);
            if (arguments.Length > 0)
            {
                Delta(output, "input_json_delta", "partial_json", arguments);
            }
        }

        Start(output, "", "");
        CloseBlock(output);
        Event(output, "message_delta", writer =>
        {
            writer.WriteStartObject("delta");
            writer.WriteString("stop_reason", MessagesWords.StopReason(_stop));
            writer.WriteNull("stop_sequence");
            writer.WriteEndObject();
            writer.WritePropertyName("usage");
            MessagesAnswers.WriteUsage(writer, _usage);
        });
        Event(output, "message_stop", static _ => { });
    }

    private static void Event(IBufferWriter<byte> output, string type, Action<Utf8JsonWriter> members)
    {
        output.Write("event: "u8);
        output.Write(System.Text.Encoding.ASCII.GetBytes(type));
        output.Write("\ndata: "u8);
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            members(writer);
            writer.WriteEndObject();
        }

        output.Write("\n\n"u8);
    }
}
