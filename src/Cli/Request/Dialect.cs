using System.Text.Json;

namespace GlobalGateway.Cli.Request;

/// <summary>How one API asks a question and where in its answers the text is.</summary>
internal abstract class Dialect
{
    public static Dialect OpenAi { get; } = new OpenAiDialect();
    public static Dialect Anthropic { get; } = new AnthropicDialect();

    public abstract string Path { get; }
    public abstract void Authorize(HttpRequestMessage request, string key);

    /// <summary>The members of the body besides model, messages and stream.</summary>
    public abstract void WriteMore(Utf8JsonWriter body, bool stream);

    public abstract string TextOf(JsonElement answer);

    /// <summary>The text that one event of a stream adds.</summary>
    public abstract string DeltaOf(JsonElement streamEvent);

    /// <summary>Tokens in and out where the answer or event says them.</summary>
    public abstract (long? In, long? Out) UsageOf(JsonElement answer);

    protected static JsonElement? At(JsonElement from, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (from.ValueKind == JsonValueKind.Array)
            {
                if (from.GetArrayLength() == 0)
                {
                    return null;
                }

                from = from[0];
            }

            if (from.ValueKind != JsonValueKind.Object || !from.TryGetProperty(name, out from))
            {
                return null;
            }
        }

        return from;
    }

    protected static string Text(JsonElement? element) => element is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    protected static long? Number(JsonElement? element) => element is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : null;
}

internal sealed class OpenAiDialect : Dialect
{
    public override string Path => "/v1/chat/completions";

    public override void Authorize(HttpRequestMessage request, string key) => request.Headers.TryAddWithoutValidation("authorization", $"Bearer {key}");

    public override void WriteMore(Utf8JsonWriter body, bool stream)
    {
        if (stream)
        {
            body.WriteStartObject("stream_options");
            body.WriteBoolean("include_usage", true);
            body.WriteEndObject();
        }
    }

    public override string TextOf(JsonElement answer) => Text(At(answer, "choices", "message", "content"));

    public override string DeltaOf(JsonElement streamEvent) => Text(At(streamEvent, "choices", "delta", "content"));

    public override (long? In, long? Out) UsageOf(JsonElement answer) =>
        (Number(At(answer, "usage", "prompt_tokens")), Number(At(answer, "usage", "completion_tokens")));
}

internal sealed class AnthropicDialect : Dialect
{
    private const int AnswerTokensMax = 1024;

    public override string Path => "/v1/messages";

    public override void Authorize(HttpRequestMessage request, string key)
    {
        request.Headers.TryAddWithoutValidation("x-api-key", key);
        request.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
    }

    public override void WriteMore(Utf8JsonWriter body, bool stream) => body.WriteNumber("max_tokens", AnswerTokensMax);

    public override string TextOf(JsonElement answer) => Text(At(answer, "content", "text"));

    public override string DeltaOf(JsonElement streamEvent) => Text(At(streamEvent, "delta", "text"));

    public override (long? In, long? Out) UsageOf(JsonElement answer) =>
        (Number(At(answer, "usage", "input_tokens") ?? At(answer, "message", "usage", "input_tokens")), Number(At(answer, "usage", "output_tokens")));
}
