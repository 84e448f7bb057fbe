using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace GlobalGateway.ControlPlane.Hosting;

/// <summary>Binds the API listener, and the fleet listener with mutual TLS 1.3.</summary>
public static class ControlPlaneListeners
{
    private const int ConnectionsMax = 10_000;
    private const int HeaderBytesMax = 16 * 1024;

    public static void UseControlPlaneListeners(this IWebHostBuilder host, ControlPlaneOptions options) =>
        host.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            var tls = options.Tls();
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
            kestrel.Limits.MaxConcurrentUpgradedConnections = ConnectionsMax;
            kestrel.Limits.MaxRequestBodySize = Api.ApiLimits.BodyBytesMax;
            kestrel.Limits.MaxRequestHeadersTotalSize = HeaderBytesMax;
            kestrel.Listen(EndPointOf(options.ApiListen), listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(EndPointOf(options.FleetListen), listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(tls.Server(static _ => true)) });
            });
        });

    public static IPEndPoint EndPointOf(string url)
    {
        var uri = new Uri(url);
        return new IPEndPoint(uri.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(uri.Host.Trim('[', ']')), uri.Port);
    }
}
