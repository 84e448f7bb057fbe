using System.Buffers;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.ResponseState;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Translation;
using GlobalGateway.EdgeNode.Translation.AnthropicMessages;
using GlobalGateway.EdgeNode.Translation.Gemini;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.TokenCounting;

/// <summary>A request to count tokens on its way to a target of another dialect, and the number on the way back.</summary>
public sealed class TokenCountCall : TranslatedCall
{
    private readonly Operation _operation;
    private readonly bool _towardsGemini;

    private TokenCountCall(Operation operation, bool towardsGemini) => (_operation, _towardsGemini) = (operation, towardsGemini);

    public static TokenCountCall Create(GatewayRequest request, ModelEndpoint target)
    {
        var asked = request.Neutral ??= Read(request);
        var call = new TokenCountCall(request.Operation, target.Provider.Resource.Format == ProviderFormat.Gemini);
        if (call._towardsGemini)
        {
            using var writer = new Utf8JsonWriter(call.Body);
            writer.WriteStartObject();
            writer.WritePropertyName("generateContentRequest");
            writer.Flush();
            GeminiRequestWriter.Write(asked, target, call.Body, call.Dropped, $"models/{target.UpstreamModel}");
            call.Body.Write("}"u8);
        }
        else
        {
            MessagesRequestWriter.WriteForCounting(asked, target, call.Body, call.Dropped);
        }

        return call;
    }

    /// <summary>The request in the gateway's own words.</summary>
    /// <exception cref="TranslationException">A field is not of the dialect.</exception>
    public static ChatRequest Read(GatewayRequest request) => ReasoningLoop.Restore(request.Operation == Operation.CountTokens
        ? MessagesRequestReader.Read(request.Body!.Memory, limitRequired: false)
        : GeminiTokenCounts.ReadRequest(request.Body!.Memory));

    public override Usage Translate(ReadOnlyMemory<byte> answer, IBufferWriter<byte> output, ResponseIdStamp? stamp)
    {
        using var document = JsonDocument.Parse(answer);
        var tokens = document.RootElement.GetProperty(_towardsGemini ? "totalTokens" : "input_tokens").GetInt64();
        WriteAnswer(_operation, tokens, output);
        return default;
    }

    public static void WriteAnswer(Operation operation, long tokens, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output);
        if (operation == Operation.GeminiCountTokens)
        {
            GeminiTokenCounts.WriteAnswer(writer, tokens);
            return;
        }

        writer.WriteStartObject();
        writer.WriteNumber("input_tokens", tokens);
        writer.WriteEndObject();
    }
}
