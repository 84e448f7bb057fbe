using System.Buffers;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text.Json;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Embeddings;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.ResponseState;
using GlobalGateway.EdgeNode.Streaming;
using GlobalGateway.EdgeNode.Streaming.Endings;
using GlobalGateway.EdgeNode.Translation;
using GlobalGateway.EdgeNode.Translation.Gemini;
using GlobalGateway.EdgeNode.Upstreams;

namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>Makes one call and brings it to the point where its answer is certain to be an answer: the commit point.</summary>
public static class ExchangeOpener
{
    /// <summary>Never throws for what a provider or network does: each fault is an outcome. Disposes the exchange unless it is returned.</summary>
    public static async ValueTask<AttemptResult> OpenAsync(HttpContext context, GatewayRequest request, UpstreamExchange exchange, UpstreamCredential? credential)
    {
        var result = new AttemptResult(AttemptOutcome.Disconnected);
        try
        {
            exchange.Watchdog.Arm(AttemptOutcome.TimeoutFirstToken, exchange.Target.Timeouts.FirstToken);
            await SendAsync(context, request, exchange, credential);
            result = await ReceiveAsync(request, exchange);
        }
        catch (OperationCanceledException e) when (e.InnerException is TimeoutException && !exchange.Watchdog.Token.IsCancellationRequested)
        {
            result = new AttemptResult(AttemptOutcome.TimeoutConnect);
        }
        catch (Exception) when (exchange.Watchdog.Token.IsCancellationRequested)
        {
            result = new AttemptResult(exchange.Watchdog.Reason);
        }
        catch (HttpRequestException e)
        {
            result = new AttemptResult(OutcomeOf(e, exchange.Response is not null));
        }
        catch (Exception e) when (e is IOException or InvalidDataException or AuthenticationException)
        {
            result = new AttemptResult(exchange.Response is null ? AttemptOutcome.Disconnected : AttemptOutcome.Cut);
        }
        finally
        {
            if (result.Exchange is null)
            {
                exchange.Charged(result);
                exchange.Dispose();
            }
        }

        return result;
    }

    private static async ValueTask SendAsync(HttpContext context, GatewayRequest request, UpstreamExchange exchange, UpstreamCredential? credential)
    {
        var connections = exchange.Target.Provider.Connections;
        var message = UpstreamRequests.Create(context, request, exchange, credential);
        try
        {
            exchange.Attach(message, await connections.Pooled.SendAsync(message, exchange.Watchdog.Token));
        }
        catch (HttpRequestException e) when (IsDeadConnection(e) && !message.Options.TryGetValue(UpstreamConnections.OpenedConnection, out _))
        {
            // A pooled connection that the provider had closed meanwhile: no fault of its, and no answer byte was seen.
            message.Dispose();
            message = UpstreamRequests.Create(context, request, exchange, credential);
            exchange.Attach(message, await connections.Fresh.SendAsync(message, exchange.Watchdog.Token));
        }
    }

    private static async ValueTask<AttemptResult> ReceiveAsync(GatewayRequest request, UpstreamExchange exchange)
    {
        var response = exchange.Response!;
        var body = Decode(response, await response.Content.ReadAsStreamAsync(exchange.Watchdog.Token));
        if ((int)response.StatusCode != 200)
        {
            return await RefuseAsync(exchange, response, body);
        }

        var isStream = response.Content.Headers.ContentType?.MediaType is "text/event-stream";
        if (isStream != request.IsStream)
        {
            return new AttemptResult(AttemptOutcome.BadBody);
        }

        return isStream ? await OpenStreamAsync(request, exchange, body) : await ReadAnswerAsync(request, exchange, body);
    }

    private static async ValueTask<AttemptResult> ReadAnswerAsync(GatewayRequest request, UpstreamExchange exchange, Stream body)
    {
        var expected = exchange.Response!.Content.Headers.ContentLength ?? 4096;
        if (expected > AttemptLimits.AnswerBytesMax)
        {
            return new AttemptResult(AttemptOutcome.TooLarge);
        }

        exchange.Watchdog.Arm(AttemptOutcome.TimeoutInterToken, exchange.Target.Timeouts.InterToken);
        exchange.Answer = new PooledBytes((int)expected + 1);
        if (!await exchange.Answer.ReadAllAsync(body, AttemptLimits.AnswerBytesMax, exchange.Watchdog.Token))
        {
            return new AttemptResult(AttemptOutcome.TooLarge);
        }

        if (exchange.Translation is { } translation)
        {
            return Translate(exchange, answer =>
            {
                exchange.Translated = new ArrayBufferWriter<byte>(answer.Length + 256);
                exchange.Usage = translation.Translate(answer, exchange.Translated, exchange.Stamp);
            });
        }

        if (!AnswerInspector.TryRead(request.Operation, exchange.Answer.Memory.Span, out var usage))
        {
            return new AttemptResult(AttemptOutcome.BadBody);
        }

        exchange.Usage = usage;
        if (exchange.Stamp is { } stamp)
        {
            exchange.Translated = new ArrayBufferWriter<byte>(exchange.Answer.Length + 256);
            ResponseIdRewriter.Write(exchange.Answer.Memory.Span, isEvent: false, stamp, exchange.Translated);
        }

        return request.Operation == Operation.Embeddings
            ? Translate(exchange, answer => exchange.Translated = OpenAIEmbeddings.InWantedFormat(request.Body!.Memory, answer))
            : Complete(exchange);
    }

    private static AttemptResult Complete(UpstreamExchange exchange) =>
        !exchange.TakesEmpty && TokenEstimator.OfAnswer(exchange.Answer!.Memory.Span).TotalOutput == 0
            ? new AttemptResult(AttemptOutcome.EmptyAnswer)
            : new AttemptResult(AttemptOutcome.Ok, exchange);

    private static AttemptResult Translate(UpstreamExchange exchange, Action<ReadOnlyMemory<byte>> translate)
    {
        try
        {
            translate(exchange.Answer!.Memory);
            return Complete(exchange);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or TranslationException)
        {
            // Valid JSON at most, but not an answer of that provider.
            return new AttemptResult(AttemptOutcome.BadBody);
        }
    }

    private static async ValueTask<AttemptResult> OpenStreamAsync(GatewayRequest request, UpstreamExchange exchange, Stream body)
    {
        exchange.ContentType = request.StreamsArray ? "application/json; charset=utf-8" : "text/event-stream; charset=utf-8";
        exchange.Events = new SseReader(body);
        exchange.Passage = CreatePassage(request, exchange);
        if (request.StreamsArray)
        {
            exchange.Passage = new ArrayPassage(exchange.Passage);
        }

        exchange.Ending = exchange.Charge?.Cover is null ? null : StreamEnding.For(request, exchange);
        exchange.Held = new ArrayBufferWriter<byte>(1024);
        var held = 0;
        while (true)
        {
            switch (HoldBack(exchange, ref held))
            {
                case { } outcome:
                    return new AttemptResult(outcome, outcome == AttemptOutcome.Ok ? exchange : null);
            }

            if (await exchange.Events.FillAsync(exchange.Watchdog.Token) == 0)
            {
                return new AttemptResult(AttemptOutcome.Cut);
            }
        }
    }

    private static StreamPassage CreatePassage(GatewayRequest request, UpstreamExchange exchange)
    {
        var keeps = request.Model!.Resource.Continuation && !request.StreamsArray;
        if ((exchange.Translation?.CreatePassage(keeps, exchange.Stamp) ?? (keeps ? ChatCall.CreateKeepingPassage(request) : null)) is { } translated)
        {
            return translated;
        }

        var passage = new PassThrough(StreamInspector.For(request.Operation, request.Facts.WantsUsage, request.AzureClient, request.Facts.Candidates));
        return exchange.Stamp is { } stamp ? new ResponseIdPassage(passage, stamp) : passage;
    }

    /// <summary>Keeps events until one commits the stream; nothing when more bytes are needed.</summary>
    private static AttemptOutcome? HoldBack(UpstreamExchange exchange, ref int held)
    {
        while (exchange.Events!.TryNext(out var next))
        {
            var written = exchange.Held!.WrittenCount;
            exchange.Ending?.Observe(next);
            var meaning = exchange.Passage!.Take(next, exchange.Held);
            if ((meaning & EventMeaning.Error) != 0)
            {
                return AttemptOutcome.ErrorEvent;
            }

            if ((meaning & EventMeaning.Malformed) != 0)
            {
                return AttemptOutcome.BadBody;
            }

            if ((meaning & (EventMeaning.Semantic | EventMeaning.Terminator)) == EventMeaning.Semantic && exchange.Held.WrittenCount == written)
            {
                // Content that the client's dialect cannot say yet, as Gemini's calls are said whole: nothing is seen, so nothing is committed.
                exchange.Watchdog.Arm(AttemptOutcome.TimeoutInterToken, exchange.Target.Timeouts.InterToken);
                continue;
            }

            if (++held > AttemptLimits.HeldEventsMax || exchange.Held.WrittenCount > AttemptLimits.HeldBytesMax
                && (meaning & EventMeaning.Semantic) == 0)
            {
                return AttemptOutcome.TooLarge;
            }

            if (!exchange.TakesEmpty && exchange.Passage.Produced.TotalOutput == 0 && held <= AttemptLimits.EmptyEventsMax)
            {
                if ((meaning & EventMeaning.Terminator) != 0)
                {
                    return AttemptOutcome.EmptyAnswer;
                }

                continue;
            }

            if ((meaning & (EventMeaning.Semantic | EventMeaning.Terminator)) != 0)
            {
                exchange.Terminated = (meaning & EventMeaning.Terminator) != 0;
                return AttemptOutcome.Ok;
            }
        }

        return exchange.Events.TooLarge ? AttemptOutcome.TooLarge : null;
    }

    private static async ValueTask<AttemptResult> RefuseAsync(UpstreamExchange exchange, HttpResponseMessage response, Stream body)
    {
        using var bytes = new PooledBytes(1024);
        var whole = await bytes.ReadAllAsync(body, ProviderRefusal.BodyBytesMax, exchange.Watchdog.Token);
        var refusal = new ProviderRefusal(
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.ToString(),
            whole ? bytes.Memory.ToArray() : [],
            RetryAfterOf(response.Headers) ?? (whole ? GeminiRetryInfo.Of(bytes.Memory.Span) : null),
            exchange.UpstreamRequestId,
            OtherDialect: exchange.Translation is not null);
        var outcome = ProviderErrors.Classify(exchange.Target.Provider.Resource.Format, refusal.Status, refusal.Body);
        return new AttemptResult(outcome, Refusal: refusal);
    }

    private static TimeSpan? RetryAfterOf(HttpResponseHeaders headers)
    {
        if (headers.TryGetValues("retry-after-ms", out var values) && long.TryParse(values.First(), out var milliseconds) && milliseconds is >= 0 and < 86_400_000)
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        return headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date > DateTimeOffset.UtcNow ? date - DateTimeOffset.UtcNow : TimeSpan.Zero,
            _ => null,
        };
    }

    // Identity was asked for; a provider that encodes all the same is understood.
    private static Stream Decode(HttpResponseMessage response, Stream body) => response.Content.Headers.ContentEncoding.FirstOrDefault() switch
    {
        "gzip" => new GZipStream(body, CompressionMode.Decompress),
        "br" => new BrotliStream(body, CompressionMode.Decompress),
        "deflate" => new ZLibStream(body, CompressionMode.Decompress),
        _ => body,
    };

    private static bool IsDeadConnection(HttpRequestException e) =>
        e.HttpRequestError is HttpRequestError.ResponseEnded || e is { HttpRequestError: HttpRequestError.Unknown, InnerException: IOException };

    private static AttemptOutcome OutcomeOf(HttpRequestException e, bool answered) => e.HttpRequestError switch
    {
        HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError => AttemptOutcome.ConnectFailed,
        HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded => AttemptOutcome.BadBody,
        _ => answered ? AttemptOutcome.Cut : AttemptOutcome.Disconnected,
    };
}
