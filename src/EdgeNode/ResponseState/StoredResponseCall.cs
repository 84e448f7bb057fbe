using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using GlobalGateway.EdgeNode.Attempts;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.Telemetry;

namespace GlobalGateway.EdgeNode.ResponseState;

/// <summary>One call about a stored response to the target that holds it, and its answer with the client's ids.</summary>
internal sealed class StoredResponseCall(HttpContext context, GatewayRequest request, ResponsePin pin) : IDisposable
{
    // What the API takes; keys and versions of a client's URL stay here.
    private static readonly string[] Parameters = ["include", "include[]", "stream", "starting_after", "include_obfuscation", "after", "before", "limit", "order"];

    private readonly UpstreamExchange _exchange = new(pin.Target, pin.Target.Breakers[Math.Max(pin.Credential, 0)], new Watchdog(long.MaxValue, long.MaxValue, context.RequestAborted));

    public async ValueTask<AttemptOutcome> RunAsync()
    {
        try
        {
            _exchange.Watchdog.Arm(AttemptOutcome.TimeoutFirstToken, pin.Target.Timeouts.FirstToken);
            var message = CreateMessage();
            _exchange.Attach(message, await pin.Target.Provider.Connections.Pooled.SendAsync(message, _exchange.Watchdog.Token));
            var response = _exchange.Response!;
            var body = await response.Content.ReadAsStreamAsync(_exchange.Watchdog.Token);
            return response.StatusCode == HttpStatusCode.OK && response.Content.Headers.ContentType?.MediaType is "text/event-stream"
                ? await StreamAsync(body)
                : await AnswerAsync(response, body);
        }
        catch (Exception) when (_exchange.Watchdog.Token.IsCancellationRequested)
        {
            return await FailAsync(_exchange.Watchdog.Reason);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException or OperationCanceledException)
        {
            return await FailAsync(_exchange.Response is null ? AttemptOutcome.ConnectFailed : AttemptOutcome.Cut);
        }
    }

    public void Dispose() => _exchange.Dispose();

    private HttpRequestMessage CreateMessage()
    {
        var message = new HttpRequestMessage(new HttpMethod(context.Request.Method), Url())
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrHigher,
            Content = HttpMethods.IsPost(context.Request.Method) ? new ByteArrayContent([]) : null,
        };
        message.Headers.TryAddWithoutValidation("accept", "application/json, text/event-stream");
        message.Headers.TryAddWithoutValidation("accept-encoding", "identity");
        message.Headers.TryAddWithoutValidation("user-agent", "GlobalGateway");
        message.Headers.TryAddWithoutValidation("traceparent", TraceContext.Next(context.Request, out _));
        UpstreamRequests.Authenticate(message, pin.Target.Provider.Resource.Format, pin.Account);
        return message;
    }

    private Uri Url()
    {
        var all = pin.Target.Urls.For(Operation.Responses)!;
        var url = new StringBuilder(all.GetLeftPart(UriPartial.Path)).Append('/').Append(Uri.EscapeDataString(pin.Origin.ProvidersId)).Append(request.StoredResponse!.Part);
        var separator = all.Query.Length > 0 ? '&' : '?';
        url.Append(all.Query);
        foreach (var (name, values) in context.Request.Query.Where(q => Parameters.Contains(q.Key)))
        {
            foreach (var value in values)
            {
                url.Append(separator).Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value ?? ""));
                separator = '&';
            }
        }

        return new Uri(url.ToString());
    }

    private async ValueTask<AttemptOutcome> StreamAsync(Stream body)
    {
        _exchange.ContentType = "text/event-stream; charset=utf-8";
        _exchange.Events = new SseReader(body);
        _exchange.Passage = new ResponseIdPassage(new StoredPassage(), request.Responses!.StampOfStored());
        _exchange.Held = new ArrayBufferWriter<byte>(1);
        var outcome = await AnswerRelay.RelayAsync(context, _exchange, 1);
        request.StreamEvents = _exchange.Passage.Numbered + (int.TryParse(context.Request.Query["starting_after"], out var seen) ? seen + 1 : 0);
        if (outcome is not (AttemptOutcome.Ok or AttemptOutcome.ClientGone))
        {
            await AnswerRelay.EndAbnormallyAsync(context, request, AnswerRelay.Interrupted(outcome));
        }

        return outcome;
    }

    private async ValueTask<AttemptOutcome> AnswerAsync(HttpResponseMessage response, Stream body)
    {
        _exchange.Answer = new PooledBytes(4096);
        if (!await _exchange.Answer.ReadAllAsync(body, AttemptLimits.AnswerBytesMax, _exchange.Watchdog.Token))
        {
            return await FailAsync(AttemptOutcome.TooLarge);
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            return await RefuseAsync((int)response.StatusCode);
        }

        _exchange.Translated = new ArrayBufferWriter<byte>(_exchange.Answer.Length + 256);
        ResponseIdRewriter.Write(_exchange.Answer.Memory.Span, isEvent: false, request.Responses!.StampOfStored(), _exchange.Translated);
        return await AnswerRelay.RelayAsync(context, _exchange, 1);
    }

    /// <summary>What the provider means for the client is told as it is, but for the id.</summary>
    private async ValueTask<AttemptOutcome> RefuseAsync(int status)
    {
        if (status is 401 or 402 or 403 or 429 or < 400 or >= 500)
        {
            return await FailAsync(status switch { 401 or 402 or 403 => AttemptOutcome.CredentialRefused, 429 => AttemptOutcome.RateLimited, _ => AttemptOutcome.ServerError });
        }

        request.ErrorCode = "provider_refused";
        AnswerRelay.WriteHeaders(context, pin.Target.Id, _exchange.UpstreamRequestId, 1);
        var text = Encoding.UTF8.GetString(_exchange.Answer!.Memory.Span).Replace(pin.Origin.ProvidersId, pin.Id, StringComparison.Ordinal);
        context.Response.StatusCode = status;
        context.Response.ContentType = _exchange.Response!.Content.Headers.ContentType?.ToString() ?? "application/json";
        context.Response.Headers["x-should-retry"] = "false";
        await context.Response.WriteAsync(text, context.RequestAborted);
        return AttemptOutcome.ClientError;
    }

    private async ValueTask<AttemptOutcome> FailAsync(AttemptOutcome outcome)
    {
        if (outcome == AttemptOutcome.ClientGone || context.Response.HasStarted)
        {
            return outcome;
        }

        AnswerRelay.WriteHeaders(context, pin.Target.Id, _exchange.UpstreamRequestId, 1);
        var holder = $"{pin.Target.Provider.Name}, which holds the response,";
        await ErrorWriter.WriteAsync(context, outcome switch
        {
            AttemptOutcome.RateLimited => new(429, "upstream_rate_limited", $"{holder} limits the gateway's rate. Try again shortly.") { RetryAfter = AttemptLimits.RateLimitCooldown },
            AttemptOutcome.CredentialRefused => new(502, "upstream_credentials", $"{holder} no longer accepts the credential that made it. Tell your platform team.") { Final = true },
            _ when outcome.IsTimeout() => new(504, "upstream_timeout", $"{holder} did not answer in time. Try again."),
            _ => new(502, "upstream_failed", $"{holder} could not answer ({outcome.Name()}). Try again."),
        });
        return outcome;
    }
}
