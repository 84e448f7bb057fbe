using System.Net;
using System.Security.Cryptography.X509Certificates;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.EdgeNode.Telemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace GlobalGateway.EdgeNode.Hosting;

/// <summary>Binds the public and the management listener, with their bounds.</summary>
public static class Listeners
{
    private const int HeaderBytesMax = 64 * 1024;
    private const int RequestLineBytesMax = 16 * 1024;

    public static void UseEdgeListeners(this IWebHostBuilder host, EdgeOptions options) => host.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MaxRequestHeadersTotalSize = HeaderBytesMax;
        kestrel.Limits.MaxRequestLineSize = RequestLineBytesMax;
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
        var gauges = new Lazy<EdgeGauges>(() => kestrel.ApplicationServices.GetRequiredService<EdgeGauges>());
        foreach (var url in options.PublicListen)
        {
            var uri = new Uri(url);
            kestrel.Listen(EndPointOf(uri), listen =>
            {
                listen.Use(next => connection => CountAsync(gauges.Value, next, connection));
                if (uri.Scheme == "https")
                {
                    listen.Protocols = HttpProtocols.Http1AndHttp2;
                    listen.UseHttps(X509Certificate2.CreateFromPemFile(options.PublicCertificate!, options.PublicCertificateKey));
                }
                else
                {
                    listen.Protocols = HttpProtocols.Http1;
                }
            });
        }

        kestrel.Listen(EndPointOf(new Uri(options.ManagementListen)), listen => listen.Protocols = HttpProtocols.Http1);
        if (options.PeerListen is { } peers)
        {
            var tls = options.Tls()!;
            kestrel.Listen(EndPointOf(new Uri(peers)), listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = _ => ValueTask.FromResult(tls.Server(static identity => identity.Role is FleetRole.Edge or FleetRole.ControlPlane)),
                });
            });
        }
    });

    public static IPEndPoint EndPointOf(Uri uri) => new(IPAddress.Parse(uri.Host.Trim('[', ']')), uri.Port);

    private static async Task CountAsync(EdgeGauges gauges, ConnectionDelegate next, ConnectionContext connection)
    {
        gauges.ConnectionOpened();
        try
        {
            await next(connection);
        }
        finally
        {
            gauges.ConnectionClosed();
        }
    }
}
