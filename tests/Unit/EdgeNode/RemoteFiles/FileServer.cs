using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GlobalGateway.EdgeNode.RemoteFiles;
using GlobalGateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace GlobalGateway.Unit.EdgeNode.RemoteFiles;

/// <summary>A real https server on loopback, and fetchers that may dial it.</summary>
internal sealed class FileServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private FileServer(WebApplication app) => _app = app;

    public RequestDelegate Answer { get; set; } = context => WriteAsync(context, "image/png", "hi"u8.ToArray());

    public string Url { get; private set; } = "";

    public int Requests => Volatile.Read(ref _requests);

    public static async Task<FileServer> StartAsync()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        var app = LoopbackServer.Build(certificate);
        var server = new FileServer(app);
        app.Run(context =>
        {
            Interlocked.Increment(ref server._requests);
            return server.Answer(context);
        });
        await app.StartAsync();
        server.Url = app.Urls.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        return server;
    }

    /// <param name="allows">Which addresses may be dialled; loopback unless stated.</param>
    public static RemoteFileFetcher Fetcher(Func<IPAddress, bool>? allows = null) =>
        new(allows ?? IPAddress.IsLoopback, handler => handler.SslOptions.RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate?.Subject == "CN=localhost");

    public static Task WriteAsync(HttpContext context, string type, byte[] bytes)
    {
        context.Response.ContentType = type;
        return context.Response.Body.WriteAsync(bytes).AsTask();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
