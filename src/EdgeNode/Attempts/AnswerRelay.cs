using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Limits;
using GlobalGateway.EdgeNode.Quota;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Streaming;

namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>Brings a committed answer to the client. A stream ends as exactly one of: complete, or an error event and an abnormal end.</summary>
public static class AnswerRelay
{
    /// <summary>Returns how it ended; <see cref="AttemptOutcome.Ok"/> only for a whole answer. Any other stream is left open for <see cref="EndAbnormallyAsync"/>.</summary>
    public static async ValueTask<AttemptOutcome> RelayAsync(HttpContext context, UpstreamExchange exchange, int calls)
    {
        var response = context.Response;
        if (!response.HasStarted)
        {
            WriteHeaders(context, exchange.Target.Id, exchange.UpstreamRequestId, calls);
            if (exchange.Translation is { Dropped: { Count: > 0 } dropped })
            {
                response.Headers["x-gateway-dropped"] = string.Join(", ", dropped);
            }
        }

        if (exchange.Answer is { } answer)
        {
            var bytes = exchange.Translated?.WrittenMemory ?? answer.Memory;
            response.StatusCode = 200;
            response.ContentType = exchange.ContentType;
            response.ContentLength = bytes.Length;
            return await SendAsync(context, bytes);
        }

        if (!response.HasStarted)
        {
            BeginStream(context, exchange.ContentType);
        }

        var outcome = await RelayStreamAsync(context, exchange);
        exchange.Usage = outcome == AttemptOutcome.BudgetUsedUp ? exchange.Usage : exchange.Passage!.Usage;
        return outcome;
    }

    /// <summary>The headers that every stream begins with.</summary>
    public static void BeginStream(HttpContext context, string contentType)
    {
        var response = context.Response;
        response.StatusCode = 200;
        response.ContentType = contentType;
        response.Headers.CacheControl = "no-cache, no-transform";
        response.Headers["x-accel-buffering"] = "no";
        LimitHeaders.Write(context);
    }

    /// <summary>What every answer of a target says about how it came to be.</summary>
    public static void WriteHeaders(HttpContext context, string target, string? upstreamRequestId, int calls)
    {
        var headers = context.Response.Headers;
        headers["x-gateway-provider"] = target;
        headers["x-gateway-attempts"] = calls == 1 ? "1" : calls.ToString(CultureInfo.InvariantCulture);
        headers["x-gateway-cache"] = "none";
        if (upstreamRequestId is not null)
        {
            headers["x-gateway-upstream-request-id"] = upstreamRequestId;
        }

        LimitHeaders.Write(context);
    }

    private static async ValueTask<AttemptOutcome> SendAsync(HttpContext context, ReadOnlyMemory<byte> answer)
    {
        try
        {
            await context.Response.Body.WriteAsync(answer, context.RequestAborted);
            return AttemptOutcome.Ok;
        }
        catch (OperationCanceledException)
        {
            return AttemptOutcome.ClientGone;
        }
    }

    private static async ValueTask<AttemptOutcome> RelayStreamAsync(HttpContext context, UpstreamExchange exchange)
    {
        var output = context.Response.BodyWriter;
        var watchdog = exchange.Watchdog;
        var events = exchange.Events!;
        watchdog.Committed();
        output.Write(exchange.Held!.WrittenSpan);
        var progress = EventMeaning.Progress;
        if (exchange.Terminated)
        {
            progress |= EventMeaning.Terminator;
        }

        try
        {
            while (true)
            {
                // What a provider says after the end mark is not the answer's, also when that was still held back.
                progress |= (progress & EventMeaning.Terminator) == 0 ? Forward(exchange, output) : EventMeaning.None;
                if (!await FlushAsync(context, output, exchange))
                {
                    return AttemptOutcome.ClientGone;
                }

                if ((progress & EventMeaning.Error) != 0)
                {
                    return AttemptOutcome.ErrorEvent;
                }

                if ((progress & EventMeaning.Malformed) != 0 || events.TooLarge)
                {
                    return AttemptOutcome.BadBody;
                }

                if ((progress & EventMeaning.Terminator) != 0)
                {
                    return AttemptOutcome.Ok;
                }

                if (exchange.Charge?.Cover is { } cover && !await IsCoveredAsync(exchange, cover))
                {
                    if (EndAtLimit(exchange, output))
                    {
                        await FlushAsync(context, output, exchange);
                        return AttemptOutcome.BudgetUsedUp;
                    }
                }

                if ((progress & EventMeaning.Progress) != 0)
                {
                    watchdog.Arm(AttemptOutcome.TimeoutInterToken, exchange.Target.Timeouts.InterToken);
                    progress = EventMeaning.None;
                }

                if (await events.FillAsync(watchdog.Token) == 0)
                {
                    return AttemptOutcome.Cut;
                }
            }
        }
        catch (Exception) when (watchdog.Token.IsCancellationRequested)
        {
            return watchdog.Reason;
        }
        catch (Exception e) when (e is IOException or HttpRequestException or InvalidDataException)
        {
            return AttemptOutcome.Cut;
        }
    }

    /// <summary>Passes on every whole event that has arrived, up to an error or the end mark.</summary>
    private static EventMeaning Forward(UpstreamExchange exchange, PipeWriter output)
    {
        var all = EventMeaning.None;
        while (exchange.Events!.TryNext(out var next))
        {
            exchange.Ending?.Observe(next);
            var meaning = exchange.Passage!.Take(next, output);
            all |= meaning;
            if ((meaning & (EventMeaning.Error | EventMeaning.Malformed | EventMeaning.Terminator)) != 0)
            {
                return all;
            }
        }

        return all;
    }

    /// <summary>Whether the stream has rights for what comes next; waits for those that are on their way, and only then.</summary>
    private static async ValueTask<bool> IsCoveredAsync(UpstreamExchange exchange, OutputCover cover)
    {
        while (true)
        {
            var passage = exchange.Passage!;
            switch (cover.Advance(Math.Max(passage.Produced.TotalOutput, passage.Usage.TotalOutput)))
            {
                case CoverState.Covered:
                    return true;
                case CoverState.Spent:
                    return false;
            }

            exchange.Watchdog.Pause();
            await cover.Coming!.WaitAsync(exchange.Watchdog.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            exchange.Watchdog.Token.ThrowIfCancellationRequested();
            exchange.Watchdog.Arm(AttemptOutcome.TimeoutInterToken, exchange.Target.Timeouts.InterToken);
        }
    }

    /// <summary>Ends the stream as its provider would at its length limit; false when the provider has ended it itself but for the end mark.</summary>
    private static bool EndAtLimit(UpstreamExchange exchange, PipeWriter output)
    {
        // What these events say of usage is no provider's count.
        var passage = exchange.Passage!;
        exchange.Usage = passage.Usage;
        var prompt = passage.Usage.TotalInput is > 0 and var counted ? counted : exchange.Charge!.EstimatedPrompt;
        var events = exchange.Ending!.Events(prompt, Math.Max(passage.Produced.TotalOutput, passage.Usage.TotalOutput));
        foreach (var next in events)
        {
            passage.Take(new SseEvent(next), output);
        }

        return events.Count > 0;
    }

    private static ValueTask<bool> FlushAsync(HttpContext context, PipeWriter output, UpstreamExchange exchange)
    {
        var flush = output.FlushAsync(context.RequestAborted);
        return flush.IsCompletedSuccessfully ? new(!flush.Result.IsCompleted) : AwaitAsync(flush, exchange);

        // A slow reader must not look like a slow provider.
        static async ValueTask<bool> AwaitAsync(ValueTask<FlushResult> flush, UpstreamExchange exchange)
        {
            exchange.Watchdog.Pause();
            var result = await flush;
            exchange.Watchdog.Arm(AttemptOutcome.TimeoutInterToken, exchange.Target.Timeouts.InterToken);
            return !result.IsCompleted;
        }
    }

    /// <summary>What a client is told whose answer broke off.</summary>
    public static GatewayError Interrupted(AttemptOutcome outcome) =>
        new(502, "stream_interrupted", outcome switch
        {
            AttemptOutcome.TimeoutInterToken or AttemptOutcome.TimeoutTotal or AttemptOutcome.ClientDeadline => "The provider stopped sending before the answer was complete. What you have is partial; ask again.",
            AttemptOutcome.ErrorEvent => "The provider reported an error before the answer was complete. What you have is partial; ask again.",
            _ => "The provider ended the answer before it was complete. What you have is partial; ask again.",
        });

    /// <summary>Ends a stream that has begun: the dialect's error event, no terminator, then the end of the connection.</summary>
    public static async ValueTask EndAbnormallyAsync(HttpContext context, GatewayRequest request, GatewayError error)
    {
        request.ErrorCode = error.Code;
        ErrorWriter.WriteStreamError(context.Response.BodyWriter, request.Operation, error, request.Id, request.StreamsArray, request.StreamEvents);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);

        // Some SDKs take a clean end for success, so there is none; but the event must be read before the reset discards it.
        await Task.Delay(AttemptLimits.ErrorEventLead, CancellationToken.None);
        context.Abort();
    }
}
