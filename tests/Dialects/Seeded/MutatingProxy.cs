using System.Text;
using GlobalGateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace GlobalGateway.Dialects.Seeded;

/// <summary>Stands between a library and the edge and changes the text of every answer, as a mistake of the edge would.</summary>
public sealed class MutatingProxy : IAsyncDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private readonly WebApplication _app;
    private readonly Func<string, string> _mutate;
    private readonly string _edge;
    private int _changed;

    private MutatingProxy(WebApplication app, string edge, Func<string, string> mutate) => (_app, _edge, _mutate) = (app, edge, mutate);

    public string Url => _app.Urls.First();

    /// <summary>Answers that the mutation changed.</summary>
    public int Changed => Volatile.Read(ref _changed);

    public static async Task<MutatingProxy> StartAsync(string edge, Func<string, string> mutate)
    {
        var app = LoopbackServer.Build();
        var proxy = new MutatingProxy(app, edge, mutate);
        app.Run(proxy.ForwardAsync);
        await app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), _edge + context.Request.Path + context.Request.QueryString);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        request.Content = new ByteArrayContent(body.ToArray());
        foreach (var header in context.Request.Headers.Where(static header => header.Key is not ("Host" or "Content-Length" or "Connection")))
        {
            if (!request.Headers.TryAddWithoutValidation(header.Key, (IEnumerable<string?>)header.Value))
            {
                request.Content.Headers.TryAddWithoutValidation(header.Key, (IEnumerable<string?>)header.Value);
            }
        }

        using var response = await _client.SendAsync(request);
        var text = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync());
        var mutated = _mutate(text);
        if (mutated != text)
        {
            Interlocked.Increment(ref _changed);
        }

        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        await context.Response.WriteAsync(mutated);
    }
}
