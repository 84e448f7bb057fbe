using System.Text.Json;
using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Catalogue;
using GlobalGateway.ProviderSimulator.Composition;

namespace GlobalGateway.ProviderSimulator.Anthropic;

/// <summary>Writes a message, whole or as typed events.</summary>
internal sealed class MessagesAnswer(JsonElement request, SimulatedModel model, Prompt prompt)
{
    private const string Signature = "c2ltdWxhdGVkLXNpZ25hdHVyZQ==";

    private readonly string _id = $"msg_{Fingerprint.Of(request.GetRawText()):x16}";
    private readonly Composed _answer = Composer.Compose(prompt, 0);

    public int CompletionTokens => _answer.CompletionTokens;

    public byte[] Whole() => JsonBytes.Write(this, static (writer, self) =>
    {
        writer.WriteStartObject();
        self.Head(writer);
        writer.WriteStartArray("content");
        if (self._answer.Thinking.Length > 0)
        {
            writer.WriteStartObject();
            writer.WriteString("type", "thinking");
            writer.WriteString("thinking", string.Concat(self._answer.Thinking));
            writer.WriteString("signature", Signature);
            writer.WriteEndObject();
        }
        if (self._answer.Tokens.Length > 0)
        {
            writer.WriteStartObject();
            writer.WriteString("type", "text");
            writer.WriteString("text", self._answer.Text);
            writer.WriteEndObject();
        }
        foreach (var call in self._answer.Calls)
        {
            writer.WriteStartObject();
            WriteToolUse(writer, call);
            writer.WritePropertyName("input");
            writer.WriteRawValue(call.Arguments);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        self.Ends(writer);
        writer.WritePropertyName("usage");
        self.Usage(writer, self.CompletionTokens);
        writer.WriteEndObject();
    });

    public StreamFrame[] Stream()
    {
        var frames = new List<StreamFrame>
        {
            Frame("message_start", FrameRole.Preamble, this, static (writer, self) =>
            {
                writer.WriteStartObject("message");
                self.Head(writer);
                writer.WriteStartArray("content");
                writer.WriteEndArray();
                writer.WriteNull("stop_reason");
                writer.WriteNull("stop_sequence");
                writer.WritePropertyName("usage");
                self.Usage(writer, 1);
                writer.WriteEndObject();
            }),
        };
        var index = 0;
        if (_answer.Thinking.Length > 0)
        {
            Block(frames, index++, _answer.Thinking, "thinking_delta", "thinking", static (writer, _) =>
            {
                writer.WriteString("type", "thinking");
                writer.WriteString("thinking", "");
                writer.WriteString("signature", "");
            }, this, signed: true);
        }
        if (_answer.Tokens.Length > 0)
        {
            Block(frames, index++, _answer.Tokens, "text_delta", "text", static (writer, _) =>
            {
                writer.WriteString("type", "text");
                writer.WriteString("text", "");
            }, this);
        }
        foreach (var call in _answer.Calls)
        {
            Block(frames, index++, ["", .. call.Pieces], "input_json_delta", "partial_json", static (writer, call) =>
            {
                WriteToolUse(writer, call);
                writer.WriteStartObject("input");
                writer.WriteEndObject();
            }, call, startsWithMeaning: true);
        }
        frames.Add(Frame("message_delta", FrameRole.Closing, this, static (writer, self) =>
        {
            writer.WriteStartObject("delta");
            self.Ends(writer);
            writer.WriteEndObject();
            writer.WritePropertyName("usage");
            self.Usage(writer, self.CompletionTokens);
        }));
        frames.Add(Frame("message_stop", FrameRole.Terminator, 0, static (_, _) => { }));
        return [.. frames];
    }

    private static void Block<T>(List<StreamFrame> frames, int index, string[] pieces, string delta, string field, Action<Utf8JsonWriter, T> start, T state, bool signed = false, bool startsWithMeaning = false)
    {
        frames.Add(Frame("content_block_start", startsWithMeaning ? FrameRole.Content : FrameRole.Preamble, (index, start, state), static (writer, block) =>
        {
            writer.WriteNumber("index", block.index);
            writer.WriteStartObject("content_block");
            block.start(writer, block.state);
            writer.WriteEndObject();
        }));
        if (index == 0)
        {
            frames.Add(new("event: ping\ndata: {\"type\": \"ping\"}\n\n"u8.ToArray(), FrameRole.Preamble));
        }
        foreach (var piece in signed ? [.. pieces, Signature] : pieces)
        {
            var isSignature = signed && ReferenceEquals(piece, Signature);
            frames.Add(Frame("content_block_delta", FrameRole.Content, (index, delta: isSignature ? "signature_delta" : delta, field: isSignature ? "signature" : field, piece), static (writer, part) =>
            {
                writer.WriteNumber("index", part.index);
                writer.WriteStartObject("delta");
                writer.WriteString("type", part.delta);
                writer.WriteString(part.field, part.piece);
                writer.WriteEndObject();
            }));
        }
        frames.Add(Frame("content_block_stop", FrameRole.Closing, index, static (writer, at) => writer.WriteNumber("index", at)));
    }

    private static StreamFrame Frame<T>(string type, FrameRole role, T state, Action<Utf8JsonWriter, T> write) =>
        new(JsonBytes.Event(type, (type, state, write), static (writer, frame) =>
        {
            writer.WriteStartObject();
            writer.WriteString("type", frame.type);
            frame.write(writer, frame.state);
            writer.WriteEndObject();
        }), role);

    private static void WriteToolUse(Utf8JsonWriter writer, ComposedCall call)
    {
        writer.WriteString("type", "tool_use");
        writer.WriteString("id", "toolu_" + call.Id);
        writer.WriteString("name", call.Name);
        writer.WriteStartObject("caller");
        writer.WriteString("type", "direct");
        writer.WriteEndObject();
    }

    private void Head(Utf8JsonWriter writer)
    {
        writer.WriteString("id", _id);
        writer.WriteString("type", "message");
        writer.WriteString("role", "assistant");
        writer.WriteString("model", model.AnsweredAs);
    }

    private void Ends(Utf8JsonWriter writer)
    {
        writer.WriteString("stop_reason", _answer.Ending switch
        {
            Ending.ToolCalls => "tool_use",
            Ending.Length => "max_tokens",
            Ending.StopSequence => "stop_sequence",
            Ending.Refusal or Ending.ContentFilter => "refusal",
            _ => "end_turn",
        });
        writer.WriteString("stop_sequence", _answer.StopSequence);
    }

    private void Usage(Utf8JsonWriter writer, int output)
    {
        writer.WriteStartObject();
        writer.WriteNumber("input_tokens", prompt.Tokens);
        writer.WriteNumber("cache_creation_input_tokens", 0);
        writer.WriteNumber("cache_read_input_tokens", 0);
        writer.WriteStartObject("cache_creation");
        writer.WriteNumber("ephemeral_5m_input_tokens", 0);
        writer.WriteNumber("ephemeral_1h_input_tokens", 0);
        writer.WriteEndObject();
        writer.WriteNumber("output_tokens", output);
        writer.WriteString("service_tier", "standard");
        writer.WriteEndObject();
    }
}
