using System.Text.Json;
using GlobalGateway.EdgeNode.Errors;

namespace GlobalGateway.EdgeNode.Admission;

/// <summary>Reads the facts of a request body in one pass over its bytes, without building a document.</summary>
public static class BodyInspector
{
    private const int BytesPerToken = 4;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = AdmissionLimits.JsonDepthMax };

    /// <summary>Returns what is wrong, naming the field or the place, or nothing.</summary>
    public static GatewayError? Inspect(ReadOnlySpan<byte> body, out BodyFacts facts)
    {
        facts = default;
        try
        {
            return Read(body, ref facts);
        }
        catch (JsonException e)
        {
            return GatewayError.BadBody(body.IsEmpty
                ? "The request has no body; a JSON object is needed."
                : $"The body is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).");
        }
        catch (InvalidOperationException)
        {
            // The reader's word for text that is not UTF-8.
            return GatewayError.BadBody("The body is not valid UTF-8.");
        }
    }

    private static GatewayError? Read(ReadOnlySpan<byte> body, ref BodyFacts facts)
    {
        var reader = new Utf8JsonReader(body, Options);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return GatewayError.BadBody("The body must be a JSON object.");
        }

        var seen = Field.None;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = FieldOf(ref reader);
            if (field != Field.None && (seen & field) != 0 && field != Field.Prompt)
            {
                return GatewayError.BadBody($"\"{reader.GetString()}\" appears twice.", reader.GetString());
            }

            seen |= field;
            var name = (int)reader.TokenStartIndex..(int)(reader.TokenStartIndex + reader.ValueSpan.Length + 2);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            GatewayError? error = null;
            switch (field)
            {
                case Field.Model:
                    error = ReadModel(ref reader, start, ref facts);
                    break;
                case Field.Stream:
                    if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null))
                    {
                        error = GatewayError.BadBody("\"stream\" must be true or false.", "stream");
                    }

                    facts = facts with { Stream = reader.TokenType == JsonTokenType.True };
                    break;
                case Field.StreamOptions:
                    error = ReadStreamOptions(ref reader, start, ref facts);
                    break;
                case Field.MaxOutput or Field.MaxCompletion:
                    if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var tokens) && tokens > 0)
                    {
                        facts = facts with { MaxOutputTokens = Math.Min(tokens, facts.MaxOutputTokens ?? long.MaxValue), OutputLimitName = name, OutputLimitValue = start..(int)reader.BytesConsumed };
                    }

                    reader.Skip();
                    break;
                case Field.PreviousResponse:
                    error = ReadPreviousResponse(ref reader, start, ref facts);
                    break;
                case Field.Conversation:
                    facts = facts with { HasConversation = reader.TokenType != JsonTokenType.Null };
                    reader.Skip();
                    break;
                case Field.Store:
                    facts = facts with { StoresNothing = reader.TokenType == JsonTokenType.False };
                    reader.Skip();
                    break;
                case Field.GeminiConfig:
                    ReadGeminiConfig(ref reader, ref facts);
                    facts = facts with { GeminiConfig = start..(int)reader.BytesConsumed };
                    break;
                case Field.Candidates:
                    facts = facts with { Candidates = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var count) ? count : 0 };
                    reader.Skip();
                    break;
                case Field.Prompt:
                    var opening = ConversationOpening.Skip(ref reader);
                    facts = facts with
                    {
                        InputTokens = facts.InputTokens + (reader.BytesConsumed - start) / BytesPerToken,
                        ConversationHash = facts.ConversationHash ^ ConversationOpening.Hash(body[start..opening]),
                    };
                    break;
                default:
                    reader.Skip();
                    break;
            }

            if (error is not null)
            {
                return error;
            }
        }

        // Reads on to the end, so that text after the object is an error here and not at the provider.
        while (reader.Read())
        {
        }

        return null;
    }

    private static GatewayError? ReadModel(ref Utf8JsonReader reader, int start, ref BodyFacts facts)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length is 0 or > AdmissionLimits.ModelNameLengthMax)
        {
            return GatewayError.BadBody($"\"model\" must be a name of 1 to {AdmissionLimits.ModelNameLengthMax} bytes.", "model");
        }

        facts = facts with { Model = reader.GetString(), ModelValue = start..(int)reader.BytesConsumed };
        return null;
    }

    private static GatewayError? ReadPreviousResponse(ref Utf8JsonReader reader, int start, ref BodyFacts facts)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
        {
            return GatewayError.BadBody("\"previous_response_id\" must be text.", "previous_response_id");
        }

        if (reader.TokenType == JsonTokenType.String)
        {
            facts = facts with { PreviousResponseId = reader.GetString(), PreviousResponseValue = start..(int)reader.BytesConsumed };
        }

        return null;
    }

    private static GatewayError? ReadStreamOptions(ref Utf8JsonReader reader, int start, ref BodyFacts facts)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            var depth = reader.CurrentDepth;
            while (reader.Read() && reader.CurrentDepth > depth)
            {
                var asked = reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("include_usage"u8);
                reader.Read();
                if (asked)
                {
                    facts = facts with { WantsUsage = reader.TokenType == JsonTokenType.True };
                }

                reader.Skip();
            }
        }
        else if (reader.TokenType != JsonTokenType.Null)
        {
            return GatewayError.BadBody("\"stream_options\" must be an object.", "stream_options");
        }

        facts = facts with { StreamOptionsValue = start..(int)reader.BytesConsumed };
        return null;
    }

    private static void ReadGeminiConfig(ref Utf8JsonReader reader, ref BodyFacts facts)
    {
        var depth = reader.CurrentDepth;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.CurrentDepth > depth)
        {
            var candidates = reader.ValueTextEquals("candidateCount"u8) || reader.ValueTextEquals("candidate_count"u8);
            var limit = reader.ValueTextEquals("maxOutputTokens"u8) || reader.ValueTextEquals("max_output_tokens"u8);
            reader.Read();
            if (limit && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var tokens) && tokens > 0)
            {
                facts = facts with { MaxOutputTokens = tokens, OutputLimitValue = (int)reader.TokenStartIndex..(int)reader.BytesConsumed };
            }

            if (candidates && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var count))
            {
                facts = facts with { Candidates = count };
            }

            reader.Skip();
        }
    }

    private static Field FieldOf(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped)
        {
            return Parse(reader.GetString() ?? "");
        }

        var name = reader.ValueSpan;
        return name.Length switch
        {
            1 when name.SequenceEqual("n"u8) => Field.Candidates,
            5 when name.SequenceEqual("model"u8) => Field.Model,
            5 when name.SequenceEqual("input"u8) || name.SequenceEqual("tools"u8) => Field.Prompt,
            5 when name.SequenceEqual("store"u8) => Field.Store,
            6 when name.SequenceEqual("stream"u8) => Field.Stream,
            6 when name.SequenceEqual("system"u8) => Field.Prompt,
            7 when name.SequenceEqual("content"u8) => Field.Prompt,
            8 when name.SequenceEqual("messages"u8) || name.SequenceEqual("contents"u8) || name.SequenceEqual("requests"u8) => Field.Prompt,
            10 when name.SequenceEqual("max_tokens"u8) => Field.MaxOutput,
            12 when name.SequenceEqual("instructions"u8) => Field.Prompt,
            12 when name.SequenceEqual("conversation"u8) => Field.Conversation,
            14 when name.SequenceEqual("stream_options"u8) => Field.StreamOptions,
            16 when name.SequenceEqual("generationConfig"u8) => Field.GeminiConfig,
            17 when name.SequenceEqual("max_output_tokens"u8) => Field.MaxOutput,
            17 when name.SequenceEqual("generation_config"u8) => Field.GeminiConfig,
            17 when name.SequenceEqual("systemInstruction"u8) => Field.Prompt,
            18 when name.SequenceEqual("system_instruction"u8) => Field.Prompt,
            20 when name.SequenceEqual("previous_response_id"u8) => Field.PreviousResponse,
            22 when name.SequenceEqual("generateContentRequest"u8) => Field.Prompt,
            21 when name.SequenceEqual("max_completion_tokens"u8) => Field.MaxCompletion,
            _ => Field.None,
        };
    }

    private static Field Parse(string name) => name switch
    {
        "model" => Field.Model,
        "input" or "tools" or "system" or "messages" or "instructions" or "contents" or "systemInstruction" => Field.Prompt,
        "stream" => Field.Stream,
        "max_tokens" or "max_output_tokens" => Field.MaxOutput,
        "stream_options" => Field.StreamOptions,
        "max_completion_tokens" => Field.MaxCompletion,
        "generationConfig" => Field.GeminiConfig,
        "previous_response_id" => Field.PreviousResponse,
        "conversation" => Field.Conversation,
        "store" => Field.Store,
        "n" => Field.Candidates,
        _ => Field.None,
    };

    [Flags]
    private enum Field
    {
        None = 0,
        Model = 1,
        Stream = 2,
        StreamOptions = 4,
        MaxOutput = 8,
        MaxCompletion = 16,
        Prompt = 32,
        GeminiConfig = 64,
        PreviousResponse = 128,
        Conversation = 256,
        Store = 512,
        Candidates = 1024,
    }
}
