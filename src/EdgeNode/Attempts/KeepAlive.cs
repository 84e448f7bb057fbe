using System.Buffers;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Requests;

namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>Shows a stream's client that it is still served while no target has committed: headers and keep-alives, never a word of an answer.</summary>
public static class KeepAlive
{
    /// <summary>Between two keep-alives.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>What the dialect's clients skip over; empty where the dialect has nothing of the kind.</summary>
    public static ReadOnlySpan<byte> For(Operation operation) => operation switch
    {
        Operation.ChatCompletions or Operation.Responses => ": keep-alive\n\n"u8,
        Operation.Messages => "event: ping\ndata: {\"type\":\"ping\"}\n\n"u8,
        _ => [],
    };

    /// <summary>The attempts' result; from <paramref name="after"/> on, the client gets keep-alives until then.</summary>
    public static async ValueTask<AttemptResult> WaitAsync(HttpContext context, GatewayRequest request, Task<AttemptResult> attempts, TimeSpan after)
    {
        for (var wait = after; ; wait = Every)
        {
            // Other than a delay, this leaves no timer behind when the attempts are done first.
            await ((Task)attempts).WaitAsync(wait).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (attempts.IsCompleted || context.RequestAborted.IsCancellationRequested)
            {
                return await attempts;
            }

            if (!context.Response.HasStarted)
            {
                AnswerRelay.BeginStream(context, "text/event-stream; charset=utf-8");
            }

            context.Response.BodyWriter.Write(For(request.Operation));
            try
            {
                await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                return await attempts;
            }
        }
    }
}
