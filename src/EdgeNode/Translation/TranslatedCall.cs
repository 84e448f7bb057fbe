using System.Buffers;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Embeddings;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.ResponseState;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.TokenCounting;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>One request on its way to a target of another dialect, and its answer on the way back.</summary>
public abstract class TranslatedCall
{
    /// <summary>The provider's request.</summary>
    public ArrayBufferWriter<byte> Body { get; } = new(1024);

    /// <summary>Hints that were left out, for <c>x-gateway-dropped</c>.</summary>
    public List<string> Dropped { get; } = [];

    /// <summary>Reads the client's request and writes it for this target.</summary>
    /// <param name="begun">The answer that the client has the beginning of, and that this target shall go on with.</param>
    /// <param name="outputMax">Tokens that the answer's budget pays for; absent where none asks.</param>
    /// <exception cref="TranslationException">The request is wrong, or this target cannot take it.</exception>
    public static TranslatedCall Create(GatewayRequest request, ModelEndpoint target, Transcoder? begun = null, long? outputMax = null)
    {
        try
        {
            TranslatedCall call = request.Operation switch
            {
                Operation.Embeddings or Operation.EmbedContent or Operation.BatchEmbedContents => EmbeddingCall.Create(request, target),
                Operation.CountTokens or Operation.GeminiCountTokens => TokenCountCall.Create(request, target),
                _ => ChatCall.Create(request, target, begun, outputMax),
            };
            return call.Dropped.Count > 0 && request.Client?.Tenant.UnknownParameters == UnknownParameters.Reject
                ? throw new TranslationException(call.Dropped[0], $"This target has no word for \"{call.Dropped[0]}\", and your tenant wants no field left out.")
                : call;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            // The door checks the structure; the text inside strings is decoded only here.
            throw new TranslationException("", "The body holds text that is not valid UTF-8, or a value of the wrong type.");
        }
    }

    /// <summary>Writes the provider's whole answer in the client's dialect, and returns what it used.</summary>
    /// <param name="stamp">Gives the answer the client's id, where it is not the provider's.</param>
    /// <exception cref="JsonException">It is not an answer.</exception>
    public abstract Usage Translate(ReadOnlyMemory<byte> answer, IBufferWriter<byte> output, ResponseIdStamp? stamp);

    /// <param name="keeps">The answer may have to go on at another target.</param>
    public virtual StreamPassage CreatePassage(bool keeps, ResponseIdStamp? stamp) => throw new InvalidOperationException("this operation does not stream");
}
