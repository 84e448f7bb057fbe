using System.Text;
using System.Text.Json;
using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Catalogue;
using GlobalGateway.ProviderSimulator.Composition;
using GlobalGateway.ProviderSimulator.Validation;

namespace GlobalGateway.ProviderSimulator.Gemini;

/// <summary>Writes an answer whole, as server-sent events, or as the items of one JSON array.</summary>
internal sealed class GenerateAnswer
{
    private const string Signature = "c2ltdWxhdGVkLXRob3VnaHQ=";

    private readonly SimulatedModel _model;
    private readonly Prompt _prompt;
    private readonly string _id;
    private readonly Composed[] _candidates;
    private readonly int? _logProbs;

    public GenerateAnswer(JsonElement request, SimulatedModel model, Prompt prompt)
    {
        (_model, _prompt) = (model, prompt);
        _id = $"sim{Fingerprint.Of(request.GetRawText()):x16}";
        var config = request.Field("generationConfig");
        _logProbs = config?.Flag("responseLogprobs") == true ? (int)(config.Value.Whole("logprobs") ?? 0) : null;
        _candidates = prompt.Directives.Filter ? [] : [.. Enumerable.Range(0, prompt.Choices).Select(index => Composer.Compose(prompt, index))];
    }

    public int CompletionTokens => _candidates.Sum(static candidate => candidate.CompletionTokens);

    public byte[] Whole() => JsonBytes.Write(this, static (writer, self) => self.Chunk(writer, static (writer, self) =>
    {
        for (var index = 0; index < self._candidates.Length; index++)
        {
            self.Candidate(writer, index, Parts(self._candidates[index]), last: true);
        }
    }, last: true));

    public StreamFrame[] Stream(bool events)
    {
        var chunks = new List<(byte[] Json, FrameRole Role)>();
        for (var index = 0; index < _candidates.Length; index++)
        {
            // A chunk per token; the last chunk alone says how it ended.
            var parts = Parts(_candidates[index]).SelectMany(static part => part.Split()).ToArray();
            var lastOfAll = index == _candidates.Length - 1;
            foreach (var part in parts)
            {
                chunks.Add((Chunk(index, [part], last: false), FrameRole.Content));
            }
            chunks.Add((Chunk(index, [], last: true), lastOfAll ? FrameRole.Terminator : FrameRole.Closing));
        }
        if (chunks.Count == 0)
        {
            chunks.Add((Whole(), FrameRole.Terminator));
        }
        return events
            ? [.. chunks.Select(static chunk => new StreamFrame([.. "data: "u8, .. chunk.Json, .. "\r\n\r\n"u8], chunk.Role))]
            : [.. chunks.Select(static (chunk, at) => new StreamFrame([.. at == 0 ? "["u8 : ",\r\n"u8, .. chunk.Json], chunk.Role)), new StreamFrame("]"u8.ToArray(), FrameRole.Terminator)];
    }

    private sealed record AnswerPart(string[] Tokens, bool Thought = false, ComposedCall? Call = null, string? Signature = null)
    {
        public IEnumerable<AnswerPart> Split() => Call is not null ? [this] : Tokens.Select(token => new AnswerPart([token], Thought));
    }

    private static List<AnswerPart> Parts(Composed composed)
    {
        var parts = new List<AnswerPart>();
        var thinks = composed.Thinking.Length > 0;
        if (thinks)
        {
            parts.Add(new AnswerPart(composed.Thinking, Thought: true));
        }
        if (composed.Tokens.Length > 0)
        {
            parts.Add(new AnswerPart(composed.Tokens));
        }
        // Of several calls the first carries the signature.
        parts.AddRange(composed.Calls.Select((call, at) => new AnswerPart([], Call: call, Signature: thinks && at == 0 ? Signature : null)));
        return parts;
    }

    private byte[] Chunk(int index, AnswerPart[] parts, bool last) => JsonBytes.Write((self: this, index, parts, last), static (writer, state) =>
        state.self.Chunk(writer, (writer, self) => self.Candidate(writer, state.index, state.parts, state.last), state.last));

    private void Chunk(Utf8JsonWriter writer, Action<Utf8JsonWriter, GenerateAnswer> candidates, bool last)
    {
        writer.WriteStartObject();
        if (_candidates.Length > 0)
        {
            writer.WriteStartArray("candidates");
            candidates(writer, this);
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteStartObject("promptFeedback");
            writer.WriteString("blockReason", "PROHIBITED_CONTENT");
            writer.WriteEndObject();
        }
        Usage(writer, last);
        writer.WriteString("modelVersion", _model.AnsweredAs);
        writer.WriteString("responseId", _id);
        writer.WriteEndObject();
    }

    private void Candidate(Utf8JsonWriter writer, int index, IReadOnlyList<AnswerPart> parts, bool last)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("content");
        writer.WriteStartArray("parts");
        foreach (var part in parts)
        {
            Part(writer, part);
        }
        if (parts.Count == 0)
        {
            Part(writer, new AnswerPart([]));
        }
        writer.WriteEndArray();
        writer.WriteString("role", "model");
        writer.WriteEndObject();
        if (last)
        {
            writer.WriteString("finishReason", _candidates[index].Ending switch { Ending.Length => "MAX_TOKENS", Ending.ContentFilter => "SAFETY", _ => "STOP" });
        }
        if (_logProbs is { } top && parts.Where(static part => part is { Thought: false, Call: null }).SelectMany(static part => part.Tokens).ToArray() is { Length: > 0 } tokens)
        {
            GenerateLogprobs.Write(writer, tokens, top);
        }
        writer.WriteNumber("index", index);
        writer.WriteEndObject();
    }

    private static void Part(Utf8JsonWriter writer, AnswerPart part)
    {
        writer.WriteStartObject();
        if (part.Call is { } call)
        {
            writer.WriteStartObject("functionCall");
            writer.WriteString("name", call.Name);
            writer.WritePropertyName("args");
            writer.WriteRawValue(Encoding.UTF8.GetBytes(call.Arguments));
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteString("text", string.Concat(part.Tokens));
            if (part.Thought)
            {
                writer.WriteBoolean("thought", true);
            }
        }
        if (part.Signature is { } signature)
        {
            writer.WriteString("thoughtSignature", signature);
        }
        writer.WriteEndObject();
    }

    /// <summary>Candidates exclude thoughts; only the last chunk has counted all.</summary>
    private void Usage(Utf8JsonWriter writer, bool last)
    {
        var thoughts = _candidates.Sum(static candidate => candidate.Thinking.Length + candidate.ReasoningTokens);
        var written = last ? CompletionTokens - thoughts : 0;
        writer.WriteStartObject("usageMetadata");
        writer.WriteNumber("promptTokenCount", _prompt.Tokens);
        if (written > 0)
        {
            writer.WriteNumber("candidatesTokenCount", written);
        }
        writer.WriteNumber("totalTokenCount", _prompt.Tokens + written + thoughts);
        writer.WriteStartArray("promptTokensDetails");
        writer.WriteStartObject();
        writer.WriteString("modality", "TEXT");
        writer.WriteNumber("tokenCount", _prompt.Tokens);
        writer.WriteEndObject();
        writer.WriteEndArray();
        if (thoughts > 0)
        {
            writer.WriteNumber("thoughtsTokenCount", thoughts);
        }
        writer.WriteEndObject();
    }
}
