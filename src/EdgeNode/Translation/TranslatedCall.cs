using System.Buffers;
using System.Text.Json;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>One request on its way to a target of another dialect, and its answer on the way back.</summary>
public sealed class TranslatedCall
{
    private readonly ChatCodec _client;
    private readonly ChatCodec _provider;
    private readonly ChatRequest _request;

    private TranslatedCall(ChatCodec client, ChatCodec provider, ChatRequest request)
    {
        _client = client;
        _provider = provider;
        _request = request;
    }

    /// <summary>The provider's request.</summary>
    public ArrayBufferWriter<byte> Body { get; } = new(1024);

    /// <summary>Hints that were left out, for <c>x-gateway-dropped</c>.</summary>
    public List<string> Dropped { get; } = [];

    /// <summary>Reads the client's request once per request and writes it for this target.</summary>
    /// <exception cref="TranslationException">The request is wrong, or this target cannot take it.</exception>
    public static TranslatedCall Create(GatewayRequest request, ModelEndpoint target)
    {
        var client = ChatCodecs.ForClient(request.Operation)!;
        var provider = target.Translator!;
        try
        {
            request.Neutral ??= client.ReadRequest(request.Body!.Memory) with { Stream = request.IsStream };
            var call = new TranslatedCall(client, provider, AnswerTool.Apply(request.Neutral, target));
            provider.WriteRequest(call._request, target, call.Body, call.Dropped);
            return call;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            // The door checks the structure; the text inside strings is decoded only here.
            throw new TranslationException("", "The body holds text that is not valid UTF-8, or a value of the wrong type.");
        }
    }

    public StreamPassage CreatePassage()
    {
        var decoder = _provider.CreateDecoder();
        return new Transcoder(_request.AnswerTool is { } tool ? AnswerTool.Unwrap(decoder, tool) : decoder, _client.CreateEncoder(_request));
    }

    /// <summary>The provider's whole answer in the client's dialect.</summary>
    /// <exception cref="JsonException">It is not an answer.</exception>
    public ChatAnswer Translate(ReadOnlyMemory<byte> answer, IBufferWriter<byte> output)
    {
        var neutral = _provider.ReadAnswer(answer);
        neutral = _request.AnswerTool is { } tool ? AnswerTool.Unwrap(neutral, tool) : neutral;
        _client.WriteAnswer(neutral, _request, output);
        return neutral;
    }
}
