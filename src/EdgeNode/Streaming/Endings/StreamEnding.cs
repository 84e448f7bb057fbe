using System.Buffers;
using System.Text;
using System.Text.Json;
using GlobalGateway.EdgeNode.Attempts;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Translation.AnthropicMessages;
using GlobalGateway.EdgeNode.Translation.Gemini;
using GlobalGateway.EdgeNode.Translation.OpenAIResponses;

namespace GlobalGateway.EdgeNode.Streaming.Endings;

/// <summary>
/// Ends a stream before its provider does, in the provider's own events and for the reason it gives at its length limit. They
/// go the way of all its events, so that whatever the client's dialect is, its grammar is kept.
/// </summary>
public abstract class StreamEnding
{
    /// <summary>Sees each of the provider's events.</summary>
    public abstract void Observe(in SseEvent next);

    /// <summary>The events that end the stream; none when the provider has said its own reason already and only its end mark is missing.</summary>
    /// <param name="prompt">Tokens of the prompt, or an estimate of them.</param>
    /// <param name="produced">An estimate of the answer's tokens.</param>
    public abstract IReadOnlyList<byte[]> Events(long prompt, long produced);

    public static StreamEnding For(GatewayRequest request, UpstreamExchange exchange)
    {
        var answers = Math.Max(1, request.Facts.Candidates);
        return exchange.Translation is null
            ? request.Operation switch
            {
                Operation.Messages => new MessagesEnding(),
                Operation.Responses => new ResponsesEnding(),
                Operation.StreamGenerateContent => new GeminiEnding(answers),
                _ => new ChatEnding(answers, request.Facts.WantsUsage),
            }
            : exchange.Target.Translator switch
            {
                AnthropicCodec => new MessagesEnding(),
                ResponsesCodec => new ResponsesEnding(),
                GeminiCodec => new GeminiEnding(answers),
                _ => new ChatEnding(answers, wantsUsage: false),
            };
    }

    protected static byte[] Event(string? name, Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>(256);
        output.Write(name is null ? "data: "u8 : Encoding.UTF8.GetBytes($"event: {name}\ndata: "));
        using (var writer = new Utf8JsonWriter(output))
        {
            write(writer);
        }

        output.Write("\n\n"u8);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Copies a member as it is; nothing where there is none.</summary>
    protected static void Copy(Utf8JsonWriter writer, JsonElement from, string member)
    {
        if (from.TryGetProperty(member, out var value))
        {
            writer.WritePropertyName(member);
            value.WriteTo(writer);
        }
    }
}
