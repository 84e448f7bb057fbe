using System.IO.Compression;
using System.Text;
using System.Text.Json;
using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Hosting;
using GlobalGateway.ProviderSimulator.Latency;
using Microsoft.AspNetCore.Http;

namespace GlobalGateway.ProviderSimulator.Faults;

/// <summary>Plays one fault on one exchange instead of the plain answer.</summary>
internal sealed class FaultPlayer(HttpContext context, ConnectionGate? gate, Operation endpoint, PreparedAnswer answer, Pace pace, Fault fault, string requestId)
{
    private const int ResetLeadMs = 50;

    /// <summary>Stream events that were written.</summary>
    public int EventsSent { get; private set; }

    /// <summary>The status of a fault that is one whole answer; null for those that take their time or break off.</summary>
    public int? SettledStatus => fault.Type switch
    {
        FaultType.Status => fault.Status,
        FaultType.JsonError or FaultType.HtmlBody or FaultType.EmptyBody => 200,
        FaultType.GzipBody => answer.Status,
        _ => null,
    };

    private bool IsHttp2 => context.Request.Protocol.StartsWith("HTTP/2", StringComparison.Ordinal);

    public Task PlayAsync()
    {
        foreach (var (name, value) in fault.Headers ?? [])
        {
            context.Response.Headers[name] = value;
        }
        return fault.Type switch
        {
            FaultType.Status => SendAsync(fault.Status, BodyOr(endpoint.Vendor.ErrorBody(fault.Status)), fault.ContentType ?? PreparedAnswer.Json, fault.Gzip),
            FaultType.JsonError => SendAsync(200, BodyOr(endpoint.Vendor.ErrorBody(500)), fault.ContentType ?? PreparedAnswer.Json, fault.Gzip),
            FaultType.HtmlBody => SendAsync(200, BodyOr(HtmlPage), fault.ContentType ?? "text/html; charset=utf-8", fault.Gzip),
            FaultType.EmptyBody => SendAsync(200, [], fault.ContentType ?? answer.ContentType, gzip: false),
            FaultType.GzipBody => SendAsync(answer.Status, answer.Frames is null ? answer.Body : answer.WholeStream, answer.ContentType, gzip: true),
            FaultType.ResetBeforeHeaders => End(resets: true),
            FaultType.CloseOnReuse => End(fault.Reset),
            FaultType.Silence => DropAfterAsync(),
            FaultType.SlowHeaders => SlowHeadersAsync(),
            FaultType.SlowFirstToken => SlowFirstTokenAsync(),
            FaultType.CutStream => CutAsync(),
            FaultType.StallStream => StallAsync(),
            FaultType.MalformedEvent => MalformedAsync(),
            FaultType.MissingTerminator => WithoutTerminatorAsync(),
            FaultType.KeepAliveOnly => KeepAliveOnlyAsync(),
            FaultType.HalfOpen => HalfOpenAsync(),
            FaultType.ErrorEvent => ErrorEventAsync(),
            _ => throw new InvalidOperationException($"No player for {fault.Type}."),
        };
    }

    private static readonly byte[] HtmlPage = "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>\n"u8.ToArray();

    private byte[] BodyOr(byte[] otherwise) => fault.Body switch
    {
        null => endpoint.Vendor.Stamp(otherwise, requestId),
        { ValueKind: JsonValueKind.String } text => Encoding.UTF8.GetBytes(text.GetString()!),
        { } json => Encoding.UTF8.GetBytes(json.GetRawText()),
    };

    private async Task SendAsync(int status, byte[] body, string contentType, bool gzip)
    {
        if (gzip)
        {
            body = Gzipped(body);
            context.Response.Headers.ContentEncoding = "gzip";
        }
        if (fault.RetryAfter is not null)
        {
            context.Response.Headers.RetryAfter = fault.RetryAfter;
        }
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body);
    }

    private static byte[] Gzipped(byte[] body)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
        {
            gzip.Write(body);
        }
        return buffer.ToArray();
    }

    // Over HTTP/2 only the stream ends: other streams of the connection have done nothing wrong.
    private Task End(bool resets)
    {
        if (IsHttp2 || gate is null)
        {
            context.Abort();
        }
        else if (resets)
        {
            gate.Reset();
        }
        else
        {
            gate.Close();
        }
        return Task.CompletedTask;
    }

    private async Task DropAfterAsync()
    {
        await AnswerSender.DelayAsync(fault.DurationMs, context.RequestAborted);
        await End(resets: true);
    }

    private async Task SlowHeadersAsync()
    {
        await AnswerSender.DelayAsync(fault.DelayMs, context.RequestAborted);
        await AnswerSender.SendAsync(context, answer, pace);
    }

    private async Task SlowFirstTokenAsync()
    {
        if (answer.Frames is null)
        {
            await SlowHeadersAsync();
            return;
        }
        AnswerSender.Begin(context, answer);
        EventsSent = await AnswerSender.SendFramesAsync(context, answer.Frames, answer.Frames.Length, pace, fault.DelayMs);
    }

    /// <summary>Sends what comes before the fault: the leading frames of a stream, or the first half of a body.</summary>
    private async Task SendLeadAsync(int contentDefault = 1)
    {
        AnswerSender.Begin(context, answer);
        if (answer.Frames is { } frames)
        {
            EventsSent = await AnswerSender.SendFramesAsync(context, frames, FaultPoint.FramesBefore(fault, frames, contentDefault), pace);
            return;
        }
        await context.Response.BodyWriter.WriteAsync(answer.Body.AsMemory(0, answer.Body.Length / 2));
        await context.Response.BodyWriter.FlushAsync();
    }

    private async Task CutAsync()
    {
        await SendLeadAsync();
        if (fault.Reset)
        {
            // A reset discards what is not read yet: what was sent before shall arrive.
            await AnswerSender.DelayAsync(ResetLeadMs, context.RequestAborted);
        }
        await End(fault.Reset);
    }

    private async Task StallAsync()
    {
        await SendLeadAsync();
        // A body of stated length has no room for keep-alives.
        await IdleAsync(fault.KeepAlive && answer.Frames is not null);
    }

    private async Task KeepAliveOnlyAsync()
    {
        AnswerSender.Begin(context, answer);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        await IdleAsync(keepsAlive: answer.Frames is not null);
    }

    private async Task IdleAsync(bool keepsAlive)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started).TotalMilliseconds is var elapsed && elapsed < fault.DurationMs)
        {
            if (keepsAlive)
            {
                await context.Response.BodyWriter.WriteAsync(endpoint.Vendor.KeepAlive, context.RequestAborted);
            }
            await AnswerSender.DelayAsync(keepsAlive ? fault.IntervalMs : fault.DurationMs - elapsed, context.RequestAborted);
        }
        await End(resets: true);
    }

    private async Task HalfOpenAsync()
    {
        if (fault.AfterEvents is > 0 || fault.AfterContentEvents is not null || fault.BeforeTerminator)
        {
            await SendLeadAsync();
        }
        gate?.Freeze();
        await AnswerSender.DelayAsync(fault.DurationMs, context.RequestAborted);
        gate?.Reset();
    }

    private async Task MalformedAsync()
    {
        await SendLeadAsync();
        if (answer.Frames is null)
        {
            // The declared length is reached with a body that no parser takes.
            await context.Response.BodyWriter.WriteAsync(Encoding.ASCII.GetBytes(new string('{', answer.Body.Length - (answer.Body.Length / 2))));
            return;
        }
        await context.Response.BodyWriter.WriteAsync("data: {\"id\":\"broken\",\"choices\":[{\"delta\":{\"content\":\n\n"u8.ToArray());
        for (; EventsSent < answer.Frames.Length; EventsSent++)
        {
            await context.Response.BodyWriter.WriteAsync(answer.Frames[EventsSent].Bytes);
        }
    }

    private async Task WithoutTerminatorAsync()
    {
        if (answer.Frames is not { } frames)
        {
            await AnswerSender.SendAsync(context, answer, pace);
            return;
        }
        AnswerSender.Begin(context, answer);
        EventsSent = await AnswerSender.SendFramesAsync(context, frames, frames.Count(static frame => frame.Role != FrameRole.Terminator), pace);
    }

    private async Task ErrorEventAsync()
    {
        if (answer.Frames is null)
        {
            await SendAsync(200, BodyOr(endpoint.Vendor.ErrorBody(500)), PreparedAnswer.Json, gzip: false);
            return;
        }
        await SendLeadAsync();
        await context.Response.BodyWriter.WriteAsync(fault.Body is null ? endpoint.Vendor.ErrorEvent(endpoint.Name) : [.. "data: "u8, .. BodyOr([]), .. "\n\n"u8]);
    }
}
