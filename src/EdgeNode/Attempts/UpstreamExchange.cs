using System.Buffers;
using System.Diagnostics;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Quota;
using GlobalGateway.EdgeNode.ResponseState;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.Streaming.Endings;
using GlobalGateway.EdgeNode.Translation;
using GlobalGateway.EdgeNode.Upstreams;

namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>An open call to a target: its answer whole, or its stream up to the first semantic event. Disposing ends it.</summary>
public sealed class UpstreamExchange(ModelEndpoint target, TargetBreaker breaker, Watchdog watchdog) : IDisposable
{
    private HttpRequestMessage? _request;

    public ModelEndpoint Target => target;

    public TargetBreaker Breaker => breaker;

    public Watchdog Watchdog => watchdog;

    public HttpResponseMessage? Response { get; private set; }

    /// <summary>The provider's own request id.</summary>
    public string? UpstreamRequestId { get; private set; }

    public string ContentType { get; set; } = "application/json";

    /// <summary>Set for a non-streaming answer.</summary>
    public PooledBytes? Answer { get; set; }

    /// <summary>The answer in the client's dialect, where the target speaks another.</summary>
    public ArrayBufferWriter<byte>? Translated { get; set; }

    /// <summary>Set for a stream.</summary>
    public SseReader? Events { get; set; }

    public StreamPassage? Passage { get; set; }

    /// <summary>Set when the target speaks another dialect than the client.</summary>
    public TranslatedCall? Translation { get; init; }

    /// <summary>Gives the client's ids to responses; absent for every other API.</summary>
    public ResponseIdStamp? Stamp { get; init; }

    /// <summary>Events of a stream that were held back until it was committed.</summary>
    public ArrayBufferWriter<byte>? Held { get; set; }

    /// <summary>The held events already end the stream.</summary>
    public bool Terminated { get; set; }

    public Usage Usage { get; set; }

    /// <summary>What the call is charged to; ended with the exchange at the latest. Absent where nothing is charged.</summary>
    public AttemptCharge? Charge { get; init; }

    /// <summary>Set for a stream that may have to be ended when its budget is used up.</summary>
    public StreamEnding? Ending { get; set; }

    /// <summary>An answer without content is an answer: the model's configuration says so, or no target is left to do better.</summary>
    public bool TakesEmpty { get; init; }

    /// <summary>Set while a trace is recorded.</summary>
    public Activity? Span { get; init; }

    /// <summary>Which of the request's attempt records is this one's.</summary>
    public int Record { get; set; }

    public void Attach(HttpRequestMessage request, HttpResponseMessage response)
    {
        _request = request;
        Response = response;
        UpstreamRequestId = RequestIdOf(response);
    }

    /// <summary>What to settle for the answer, whole or as far as it came; what its provider did not count is estimated.</summary>
    public Usage Settled(ReadOnlyMemory<byte> prompt, bool whole)
    {
        var produced = Passage?.Produced ?? (Answer is { } answer && Usage.TotalTokens == 0 ? TokenEstimator.OfAnswer(answer.Memory.Span) : default);
        return Usage.Settled(produced, whole, () => TokenEstimator.OfRequest(prompt.Span));
    }

    public static string? RequestIdOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-request-id", out var ids) || response.Headers.TryGetValues("request-id", out ids)
        || response.Headers.TryGetValues("apim-request-id", out ids)
            ? ids.First()
            : null;

    /// <summary>Ends the charge of a call that gave no answer.</summary>
    public void Charged(in AttemptResult result)
    {
        if (Charge is null)
        {
            return;
        }

        if (!Charge.IsSent || result.Refusal is { } refusal && ProviderErrors.IsUnbilled(target.Provider.Resource.Format, refusal.Status, result.Outcome))
        {
            Charge.Return();
        }
        else if (result.Outcome == AttemptOutcome.EmptyAnswer && Counted is { TotalTokens: > 0 } counted)
        {
            // An answer without content is whole, and counted like any other.
            Charge.Settle(counted);
        }
    }

    private Usage Counted => Passage?.Usage ?? Usage;

    public void Dispose()
    {
        if (Charge is { IsSent: true })
        {
            // Whoever had known better has said so by now.
            Charge.SettleUnknown(Counted.Settled(Passage?.Produced ?? default, whole: false, static () => 0));
        }

        Charge?.Dispose();
        Events?.Dispose();
        Answer?.Dispose();
        Response?.Dispose();
        _request?.Dispose();
        watchdog.Dispose();
        target.Provider.Bulkhead.Leave();
        target.State.End();
    }
}
