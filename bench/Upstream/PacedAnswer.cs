using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace GlobalGateway.Bench.Upstream;

/// <summary>
/// A chat stream at the pace of a model; each token carries its number and when it was sent. The clock is the machine's
/// monotonic one, so a reader in another process can tell how long each was on its way.
/// </summary>
internal static class PacedAnswer
{
    public const int TokensPerSecond = 50;

    /// <summary>Half a second's worth, so that first tokens are many.</summary>
    public const int Tokens = 25;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1.0 / TokensPerSecond);

    public static async Task WriteAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        for (var n = 0; n < Tokens; n++)
        {
            // By the schedule from the start: a late token does not make the next one late.
            var early = Interval * n - Stopwatch.GetElapsedTime(started);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, context.RequestAborted);
            }

            await SendAsync(context, string.Create(CultureInfo.InvariantCulture,
                $$"""{"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1767225600,"model":"bench","choices":[{"index":0,"delta":{"content":"w{{n}}@{{Stopwatch.GetTimestamp()}} "},"finish_reason":null}]}"""));
        }

        await SendAsync(context, """{"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1767225600,"model":"bench","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""");
        await SendAsync(context, """{"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1767225600,"model":"bench","choices":[],"usage":{"prompt_tokens":12,"completion_tokens":25,"total_tokens":37}}""");
        await SendAsync(context, "[DONE]");
    }

    private static async ValueTask SendAsync(HttpContext context, string data)
    {
        await context.Response.Body.WriteAsync(Encoding.ASCII.GetBytes($"data: {data}\n\n"), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
