using System.Buffers;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.ResponseState;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Translation;

namespace GlobalGateway.EdgeNode.Embeddings;

/// <summary>A request for embeddings on its way to a target of another dialect, and the vectors on the way back.</summary>
public sealed class EmbeddingCall : TranslatedCall
{
    private readonly Operation _operation;
    private readonly ModelEndpoint _target;
    private readonly EmbeddingRequest _request;
    private readonly bool _base64;

    private EmbeddingCall(Operation operation, ModelEndpoint target, EmbeddingRequest request, bool base64) =>
        (_operation, _target, _request, _base64) = (operation, target, request, base64);

    private bool TowardsGemini => _target.Provider.Resource.Format == ProviderFormat.Gemini;

    public static EmbeddingCall Create(GatewayRequest request, ModelEndpoint target)
    {
        var (asked, base64) = request.Operation == Operation.Embeddings
            ? OpenAIEmbeddings.ReadRequest(request.Body!.Memory)
            : (GeminiEmbeddings.ReadRequest(request.Body!.Memory, request.Operation == Operation.BatchEmbedContents), false);
        if (asked.Inputs.Any(i => i.Text is null))
        {
            throw new TranslationException("input", "Token numbers mean something to OpenAI's models only; send the text.");
        }

        var call = new EmbeddingCall(request.Operation, target, asked, base64);
        if (call.TowardsGemini)
        {
            GeminiEmbeddings.WriteRequest(asked, target.UpstreamModel, call.Body, call.Dropped);
        }
        else
        {
            OpenAIEmbeddings.WriteRequest(asked, target.UpstreamModel, call.Body, call.Dropped);
        }

        return call;
    }

    public override Usage Translate(ReadOnlyMemory<byte> answer, IBufferWriter<byte> output, ResponseIdStamp? stamp)
    {
        var read = TowardsGemini ? GeminiEmbeddings.ReadAnswer(answer, _target.UpstreamModel, Estimate()) : OpenAIEmbeddings.ReadAnswer(answer);
        if (read.Vectors.Count != _request.Inputs.Count)
        {
            throw new JsonException("not one embedding per input");
        }

        if (_operation == Operation.Embeddings)
        {
            OpenAIEmbeddings.WriteAnswer(read, _base64, output);
        }
        else
        {
            GeminiEmbeddings.WriteAnswer(read, _operation == Operation.BatchEmbedContents, output);
        }

        return read.Usage;
    }

    private Usage Estimate()
    {
        var tokens = new TokenCounter();
        foreach (var input in _request.Inputs)
        {
            tokens.Add(input.Text);
            tokens.Break();
        }

        return new Usage { Input = Math.Max(1, tokens.Tokens), Estimated = true };
    }
}
