using System.Text;

namespace GlobalGateway.Bench.Upstream;

/// <summary>The one upstream of every target: always the same chat completion, whole or as a stream, as fast as it can.</summary>
internal static class FixedUpstream
{
    private static readonly ReadOnlyMemory<byte> AsksForStream = "\"stream\":true"u8.ToArray();

    public static async Task<int> RunAsync(string listen)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(listen);
        var app = builder.Build();
        app.Run(AnswerAsync);
        await app.RunAsync();
        return 0;
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        var stream = await AsksForStreamAsync(context);
        if (!stream)
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = FixedAnswer.Whole.Length;
            await context.Response.Body.WriteAsync(FixedAnswer.Whole, context.RequestAborted);
            return;
        }

        context.Response.ContentType = "text/event-stream";
        foreach (var piece in FixedAnswer.Events)
        {
            await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private static async Task<bool> AsksForStreamAsync(HttpContext context)
    {
        while (true)
        {
            var read = await context.Request.BodyReader.ReadAsync(context.RequestAborted);
            if (!read.IsCompleted)
            {
                context.Request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            // Bodies of the generator are short: one segment.
            var found = read.Buffer.FirstSpan.IndexOf(AsksForStream.Span) >= 0;
            context.Request.BodyReader.AdvanceTo(read.Buffer.End);
            return found;
        }
    }
}
