using System.Text;

namespace GlobalGateway.Bench.Upstream;

/// <summary>The one upstream of every target: the same chat completion, whole or as a stream, as fast as it can or at a pace.</summary>
internal static class FixedUpstream
{
    /// <summary>In a prompt: asks for the longer answer.</summary>
    public const string TwoKilobytes = "two kilobytes";

    /// <summary>In a prompt: asks for a stream at a model's pace.</summary>
    public const string AtAPace = "at a pace";

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
        var (stream, text) = await ReadAsync(context);
        if (!stream)
        {
            var whole = text.Contains(TwoKilobytes, StringComparison.Ordinal) ? FixedAnswer.TwoKilobytes : FixedAnswer.Whole;
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = whole.Length;
            await context.Response.Body.WriteAsync(whole, context.RequestAborted);
            return;
        }

        context.Response.ContentType = "text/event-stream";
        if (text.Contains(AtAPace, StringComparison.Ordinal))
        {
            await PacedAnswer.WriteAsync(context);
            return;
        }

        foreach (var piece in FixedAnswer.Events)
        {
            await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private static async Task<(bool Stream, string Text)> ReadAsync(HttpContext context)
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
            var found = (read.Buffer.FirstSpan.IndexOf(AsksForStream.Span) >= 0, Encoding.UTF8.GetString(read.Buffer.FirstSpan));
            context.Request.BodyReader.AdvanceTo(read.Buffer.End);
            return found;
        }
    }
}
