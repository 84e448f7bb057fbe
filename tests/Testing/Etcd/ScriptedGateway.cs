using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace GlobalGateway.Testing.Etcd;

/// <summary>Answers as a test says where a member of etcd is expected, and remembers what it was asked.</summary>
public sealed class ScriptedGateway : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedGateway(WebApplication app) => _app = app;

    /// <summary>The paths asked for, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public string Url { get; private set; } = "";

    /// <param name="answer">Told the path behind <c>/v3/</c> and which call of that path it is, from 1.</param>
    public static async Task<ScriptedGateway> StartAsync(Func<HttpContext, string, int, Task> answer)
    {
        var app = LoopbackServer.Build();
        var gateway = new ScriptedGateway(app);
        var counts = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        app.Run(async context =>
        {
            await new StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted);
            var path = context.Request.Path.Value!["/v3/".Length..];
            gateway.Asked.Enqueue(path);
            await answer(context, path, counts.AddOrUpdate(path, 1, static (_, count) => count + 1));
        });
        await app.StartAsync();
        gateway.Url = app.Urls.First();
        return gateway;
    }

    /// <summary>One key at a revision, as a range answers it.</summary>
    public static string Listing(long revision, string key, string value) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"header":{"revision":"{{revision}}"},"kvs":[{"key":"{{Base64(key)}}","value":"{{Base64(value)}}","create_revision":"1","mod_revision":"{{revision}}"}],"count":"1"}""");

    /// <summary>Sends a line of a stream.</summary>
    public static async Task LineAsync(HttpContext context, string line)
    {
        await context.Response.WriteAsync(line + "\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(text));
}
