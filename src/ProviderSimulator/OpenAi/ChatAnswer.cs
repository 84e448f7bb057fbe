using System.Text.Json;
using GlobalGateway.ProviderSimulator.Validation;
using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Catalogue;
using GlobalGateway.ProviderSimulator.Composition;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary>Writes chat completions, whole or as chunks; Azure's carry content filter results besides.</summary>
internal sealed class ChatAnswer(JsonElement request, SimulatedModel model, Prompt prompt, bool isAzure)
{
    // Fixed, so that the same request gets the same bytes; x-request-id tells requests apart.
    public const long CreatedAt = 1_767_225_600;
    private const string SystemFingerprint = "fp_5e1f0a7c3b";

    private readonly string _id = $"chatcmpl-{Fingerprint.Of(request.GetRawText()):x16}";
    private readonly Composed[] _choices = [.. Enumerable.Range(0, prompt.Choices).Select(index => Composer.Compose(prompt, index))];
    private readonly bool _azure = isAzure;
    private readonly bool _wantsLogprobs = request.Flag("logprobs");
    private readonly int _topLogprobs = (int)(request.Whole("top_logprobs") ?? 0);
    private readonly bool _wantsUsage = request.Field("stream_options") is { } options && options.Flag("include_usage");

    public int CompletionTokens => _choices.Sum(static choice => choice.CompletionTokens);

    private int PromptTokens => prompt.Tokens;

    public byte[] Whole() => JsonBytes.Write(this, static (writer, self) =>
    {
        self.Head(writer, "chat.completion");
        writer.WriteStartArray("choices");
        for (var index = 0; index < self._choices.Length; index++)
        {
            self.Choice(writer, index);
        }
        writer.WriteEndArray();
        writer.WritePropertyName("usage");
        ChatUsage.Write(writer, self.PromptTokens, self._choices);
        self.Tail(writer);
        if (self._azure)
        {
            ContentFilter.WritePromptResults(writer);
        }
        writer.WriteEndObject();
    });

    private void Choice(Utf8JsonWriter writer, int index)
    {
        var choice = _choices[index];
        writer.WriteStartObject();
        writer.WriteNumber("index", index);
        writer.WriteStartObject("message");
        writer.WriteString("role", "assistant");
        var refused = choice.Ending == Ending.Refusal;
        writer.WriteString("content", refused || choice.Calls.Count > 0 ? null : choice.Text);
        if (choice.Calls.Count > 0)
        {
            ChatToolCalls.Write(writer, choice.Calls);
        }
        writer.WriteString("refusal", refused ? choice.Text : null);
        writer.WriteStartArray("annotations");
        writer.WriteEndArray();
        writer.WriteEndObject();
        Logprobs(writer, choice.Tokens);
        writer.WriteString("finish_reason", FinishReason(choice.Ending));
        if (_azure)
        {
            ContentFilter.WriteResults(writer);
        }
        writer.WriteEndObject();
    }

    public StreamFrame[] Stream()
    {
        var frames = new List<StreamFrame>();
        if (_azure)
        {
            frames.Add(new(ContentFilter.LeadingChunk(), FrameRole.Preamble));
        }
        for (var index = 0; index < _choices.Length; index++)
        {
            frames.Add(Chunk(index, FrameRole.Preamble, _choices[index].Calls.Count > 0, static (writer, toolsOnly) =>
            {
                writer.WriteString("role", "assistant");
                writer.WriteString("content", toolsOnly ? null : "");
                writer.WriteNull("refusal");
            }));
        }
        Tokens(frames);
        for (var index = 0; index < _choices.Length; index++)
        {
            Calls(frames, index);
            frames.Add(Chunk(index, FrameRole.Closing, 0, static (_, _) => { }, FinishReason(_choices[index].Ending)));
        }
        if (_wantsUsage)
        {
            frames.Add(new(JsonBytes.Event(null, this, static (writer, self) =>
            {
                self.Head(writer, "chat.completion.chunk");
                writer.WriteStartArray("choices");
                writer.WriteEndArray();
                writer.WritePropertyName("usage");
                ChatUsage.Write(writer, self.PromptTokens, self._choices);
                self.Tail(writer);
                writer.WriteEndObject();
            }), FrameRole.Closing));
        }
        frames.Add(new("data: [DONE]\n\n"u8.ToArray(), FrameRole.Terminator));
        return [.. frames];
    }

    // Choices of n > 1 are written turn by turn, as the vendor interleaves them.
    private void Tokens(List<StreamFrame> frames)
    {
        for (var position = 0; position < _choices.Max(static choice => choice.Tokens.Length); position++)
        {
            for (var index = 0; index < _choices.Length; index++)
            {
                if (position < _choices[index].Tokens.Length)
                {
                    var field = _choices[index].Ending == Ending.Refusal ? "refusal" : "content";
                    var token = _choices[index].Tokens[position];
                    frames.Add(Chunk(index, FrameRole.Content, (field, token), static (writer, delta) => writer.WriteString(delta.field, delta.token), logprobsOf: token));
                }
            }
        }
    }

    private void Calls(List<StreamFrame> frames, int index)
    {
        for (var at = 0; at < _choices[index].Calls.Count; at++)
        {
            var call = _choices[index].Calls[at];
            frames.Add(Chunk(index, FrameRole.Content, (at, call), static (writer, state) => ChatToolCalls.WriteStart(writer, state.at, state.call)));
            foreach (var piece in call.Pieces)
            {
                frames.Add(Chunk(index, FrameRole.Content, (at, piece), static (writer, state) => ChatToolCalls.WritePiece(writer, state.at, state.piece)));
            }
        }
    }

    private StreamFrame Chunk<T>(int index, FrameRole role, T state, Action<Utf8JsonWriter, T> delta, string? finish = null, string? logprobsOf = null) =>
        new(JsonBytes.Event(null, (self: this, index, state, delta, finish, logprobsOf), static (writer, chunk) =>
        {
            chunk.self.Head(writer, "chat.completion.chunk");
            writer.WriteStartArray("choices");
            writer.WriteStartObject();
            writer.WriteNumber("index", chunk.index);
            writer.WriteStartObject("delta");
            chunk.delta(writer, chunk.state);
            writer.WriteEndObject();
            chunk.self.Logprobs(writer, chunk.logprobsOf is null ? null : [chunk.logprobsOf]);
            writer.WriteString("finish_reason", chunk.finish);
            if (chunk.self._azure)
            {
                ContentFilter.WriteResults(writer, isEmpty: chunk.logprobsOf is null);
            }
            writer.WriteEndObject();
            writer.WriteEndArray();
            if (chunk.self._wantsUsage)
            {
                writer.WriteNull("usage");
            }
            chunk.self.Tail(writer);
            writer.WriteEndObject();
        }), role);

    private void Head(Utf8JsonWriter writer, string kind)
    {
        writer.WriteStartObject();
        writer.WriteString("id", _id);
        writer.WriteString("object", kind);
        writer.WriteNumber("created", CreatedAt);
        writer.WriteString("model", model.AnsweredAs);
    }

    private void Tail(Utf8JsonWriter writer)
    {
        if (!_azure)
        {
            writer.WriteString("service_tier", "default");
        }
        writer.WriteString("system_fingerprint", SystemFingerprint);
    }

    private void Logprobs(Utf8JsonWriter writer, string[]? tokens)
    {
        if (!_wantsLogprobs || tokens is null)
        {
            writer.WriteNull("logprobs");
            return;
        }
        ChatLogprobs.Write(writer, tokens, _topLogprobs);
    }

    private string FinishReason(Ending ending) => ending switch
    {
        Ending.Length => "length",
        Ending.ToolCalls => prompt.Choice == ToolChoice.Named ? "stop" : "tool_calls",
        Ending.ContentFilter => "content_filter",
        _ => "stop",
    };
}
