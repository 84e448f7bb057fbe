using System.Buffers;
using System.Text.Json;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.RemoteFiles;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.ResponseState;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.Translation.AnthropicMessages;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>A chat-like request on its way to a target of another dialect, and its answer on the way back.</summary>
public sealed class ChatCall : TranslatedCall
{
    private readonly ChatCodec _client;
    private readonly ChatCodec _provider;
    private readonly ChatRequest _asked;
    private readonly ChatRequest _request;
    private readonly Transcoder? _begun;
    private readonly Func<long> _prompt;

    private ChatCall(ChatCodec client, ChatCodec provider, ChatRequest asked, ChatRequest request, Transcoder? begun, Func<long> prompt)
    {
        _prompt = prompt;
        _asked = asked;
        _client = client;
        _provider = provider;
        _request = request;
        _begun = begun;
    }

    /// <summary>Reads the client's request once per request and writes it for this target.</summary>
    /// <param name="begun">The answer that the client has the beginning of, and that this target shall go on with.</param>
    /// <param name="outputMax">Tokens that the answer's budget pays for; absent where none asks.</param>
    /// <exception cref="TranslationException">The request is wrong, or this target cannot take it.</exception>
    public static new ChatCall Create(GatewayRequest request, ModelEndpoint target, Transcoder? begun, long? outputMax)
    {
        var client = ChatCodecs.ForClient(request.Operation)!;
        var provider = target.Translator!;
        var neutral = Read(request, client);
        if (neutral.TopLogProbs is not null && !client.HasLogProbs)
        {
            throw new TranslationException("logprobs", "Log probabilities are not translated to your client's API.");
        }

        var asked = begun?.Begun is { } text ? Prefilled(neutral, text) : neutral;
        asked = outputMax is { } most ? asked with { MaxOutputTokens = Math.Min(most, asked.MaxOutputTokens ?? most), OutputCeiling = most } : asked;
        var call = new ChatCall(client, provider, neutral, AnswerTool.Apply(RemoteParts.Inline(asked, provider, request.Files), target), begun, () => TokenEstimator.OfRequest(request.Body!.Span));
        provider.WriteRequest(call._request, target, call.Body, call.Dropped);
        return call;
    }

    public override StreamPassage CreatePassage(bool keeps, ResponseIdStamp? stamp)
    {
        var decoder = _provider.CreateDecoder(_request.Candidates);
        decoder = _request.AnswerTool is { } tool ? AnswerTool.Unwrap(decoder, tool) : decoder;
        decoder = EndsHere ? StopSequences.Apply(decoder, _request.Stop) : decoder;
        decoder = _client.KeepsReasoning ? decoder : ReasoningLoop.Carry(decoder, MessagesWords.Provider);
        if (_begun is not null)
        {
            return _begun.Continue(decoder);
        }

        var encoder = _client.CreateEncoder(_asked);
        return new Transcoder(decoder, stamp is null ? encoder : new StampedEncoder(encoder, stamp)) { Keeps = keeps && IsTakenUp(_request), Prompt = _prompt };
    }

    private bool EndsHere => !_provider.HasStop && _request.Stop.Count > 0;

    // One text without a form can be gone on with.
    private static bool IsTakenUp(ChatRequest request) => request.Format is null && request.Candidates == 1;

    /// <summary>The passage of a stream that needs no translation but may have to go on at another target; nothing for one that only its own dialect can say, or whose answer must have a form.</summary>
    public static StreamPassage? CreateKeepingPassage(GatewayRequest request)
    {
        // A stored response is whole where it was made, and nowhere else.
        if (request.Responses is not null || ChatCodecs.ForClient(request.Operation) is not { } codec)
        {
            return null;
        }

        try
        {
            var neutral = Read(request, codec);
            return IsTakenUp(neutral) ? new Transcoder(codec.CreateDecoder(), codec.CreateEncoder(neutral)) { Keeps = true } : null;
        }
        catch (Exception e) when (e is TranslationException or JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The request in the gateway's own words.</summary>
    /// <exception cref="TranslationException">A field is not of the dialect, or no other dialect can say it.</exception>
    public static ChatRequest Read(GatewayRequest request) => Read(request, ChatCodecs.ForClient(request.Operation)!);

    private static ChatRequest Read(GatewayRequest request, ChatCodec client) =>
        request.Neutral ??= ReasoningLoop.Restore(client.ReadRequest(request.Body!.Memory)) with { Stream = request.IsStream };

    // Providers refuse an assistant's text that ends in white space; what the client has of that is not asked for again.
    private static ChatRequest Prefilled(ChatRequest request, string text) => request with
    {
        Turns = [.. request.Turns, new Turn(TurnRole.Assistant, [new TextPart(text.TrimEnd())])],
        MaxOutputTokens = request.MaxOutputTokens is { } max ? Math.Max(1, max - text.Length / CharactersPerToken) : null,
    };

    private const int CharactersPerToken = 4;

    public override Usage Translate(ReadOnlyMemory<byte> answer, IBufferWriter<byte> output, ResponseIdStamp? stamp)
    {
        var neutral = _provider.ReadAnswer(answer);
        neutral = stamp is null ? neutral : neutral with { Id = stamp.Of(neutral.Id) };
        neutral = _request.AnswerTool is { } tool ? AnswerTool.Unwrap(neutral, tool) : neutral;
        neutral = EndsHere ? StopSequences.Apply(neutral, _request.Stop) : neutral;
        neutral = _client.KeepsReasoning ? neutral : ReasoningLoop.Carry(neutral);
        neutral = neutral.Usage.TotalTokens > 0 ? neutral : neutral with { Usage = TokenEstimator.OfAnswer(answer.Span) with { Input = _prompt() } };
        _client.WriteAnswer(neutral, _asked, output);
        return neutral.Usage;
    }
}
