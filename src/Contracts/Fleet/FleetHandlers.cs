using System.Net;
using System.Net.Security;

namespace GlobalGateway.Contracts.Fleet;

/// <summary>Connections to the fleet's own parts: no redirects, no proxies, no compression.</summary>
public static class FleetHandlers
{
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    /// <param name="tls">See <see cref="Trust.FleetTls.Client"/>.</param>
    public static SocketsHttpHandler Create(SslClientAuthenticationOptions tls) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = ConnectTimeout,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
        AutomaticDecompression = DecompressionMethods.None,
        SslOptions = tls,
    };
}
