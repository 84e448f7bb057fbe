using System.Collections.Concurrent;
using GlobalGateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode;

/// <summary>A real Kestrel whose answers a test writes.</summary>
public sealed class ScriptedUpstream : IAsyncDisposable
{
    public const string Completion =
        """{"id":"c1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}""";

    private readonly WebApplication _app;

    private ScriptedUpstream(WebApplication app) => _app = app;

    public ConcurrentQueue<Received> Requests { get; } = [];

    /// <summary>Answers the n-th request, counted from 1.</summary>
    public Func<HttpContext, int, Task> Answer { get; set; } = (context, _) => JsonAsync(context, 200, Completion);

    public string Url { get; private set; } = "";

    public static async Task<ScriptedUpstream> StartAsync()
    {
        var app = LoopbackServer.Build();
        var upstream = new ScriptedUpstream(app);
        var count = 0;
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
            upstream.Requests.Enqueue(new Received(
                context.Request.Path + context.Request.QueryString,
                context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                body));
            await upstream.Answer(context, Interlocked.Increment(ref count));
        });
        await app.StartAsync();
        upstream.Url = app.Urls.First();
        return upstream;
    }

    public static Task JsonAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }

    /// <summary>Sends each text as one event-stream write.</summary>
    public static async Task StreamAsync(HttpContext context, params string[] events)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = "text/event-stream";
        }

        foreach (var next in events)
        {
            await context.Response.WriteAsync(next);
            await context.Response.Body.FlushAsync();
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    public sealed record Received(string Path, IReadOnlyDictionary<string, string> Headers, string Body);
}
