using GlobalGateway.ProviderSimulator.Latency;
using Microsoft.AspNetCore.Http;

namespace GlobalGateway.ProviderSimulator.Answers;

/// <summary>Writes a prepared answer at its pace.</summary>
internal static class AnswerSender
{
    private const double TimerMs = 1;

    public static Task SendAsync(HttpContext context, PreparedAnswer answer, Pace pace)
    {
        if (answer.Frames is null)
        {
            return pace.IsImmediate || answer.IsError ? SendBody(context, answer) : SendBodyLater(context, answer, pace);
        }
        Begin(context, answer);
        return pace.IsImmediate && !pace.FlushEach
            ? context.Response.BodyWriter.WriteAsync(answer.WholeStream).AsTask()
            : SendFramesAsync(context, answer.Frames, answer.Frames.Length, pace);
    }

    public static void Begin(HttpContext context, PreparedAnswer answer)
    {
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        if (answer.Frames is null)
        {
            context.Response.ContentLength = answer.Body.Length;
        }
    }

    private static Task SendBody(HttpContext context, PreparedAnswer answer)
    {
        Begin(context, answer);
        var write = context.Response.BodyWriter.WriteAsync(answer.Body);
        return write.IsCompletedSuccessfully ? Task.CompletedTask : write.AsTask();
    }

    private static async Task SendBodyLater(HttpContext context, PreparedAnswer answer, Pace pace)
    {
        await DelayAsync(pace.FirstTokenMs + (pace.IntervalMs * Math.Max(0, answer.Tokens - 1)), context.RequestAborted);
        await SendBody(context, answer);
    }

    /// <summary>Writes the first <paramref name="count"/> frames; flushes before each wait and at the end.</summary>
    public static async Task<int> SendFramesAsync(HttpContext context, StreamFrame[] frames, int count, Pace pace, double extraFirstTokenMs = 0)
    {
        var writer = context.Response.BodyWriter;
        var aborted = context.RequestAborted;
        var started = TimeProvider.System.GetTimestamp();
        var draws = pace.Seed;
        var due = pace.FirstTokenMs + extraFirstTokenMs;
        for (var index = 0; index < count; index++)
        {
            if (frames[index].Role == FrameRole.Content)
            {
                var left = due - TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
                if (left > TimerMs)
                {
                    await writer.FlushAsync(aborted);
                    await DelayAsync(left, aborted);
                }
                due += pace.IntervalMs * (pace.Jitter == 0 ? 1 : 1 + (pace.Jitter * ((2 * DelayDistribution.Unit(ref draws)) - 1)));
            }
            Write(writer, frames[index].Bytes);
            if (pace.FlushEach)
            {
                await writer.FlushAsync(aborted);
            }
        }
        await writer.FlushAsync(aborted);
        return count;
    }

    private static void Write(System.IO.Pipelines.PipeWriter writer, byte[] bytes)
    {
        bytes.CopyTo(writer.GetSpan(bytes.Length));
        writer.Advance(bytes.Length);
    }

    public static Task DelayAsync(double milliseconds, CancellationToken cancellationToken) =>
        milliseconds <= 0 ? Task.CompletedTask : Task.Delay(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);
}
