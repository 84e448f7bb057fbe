using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.EdgeNode.Hosting;

namespace GlobalGateway.EdgeNode.Configuration;

/// <summary>Connections to the fleet's own parts: mutual TLS 1.3, no redirects, no proxies.</summary>
public static class FleetHandlers
{
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    /// <param name="accepts">Whom this edge wants to speak to; the name in the URL says nothing, the fleet's own CA says who it is.</param>
    public static SocketsHttpHandler Create(EdgeOptions options, Func<FleetIdentity, bool> accepts) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = ConnectTimeout,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
        AutomaticDecompression = DecompressionMethods.None,
        SslOptions = options.Certificate is null ? new SslClientAuthenticationOptions() : MutualTls(options, accepts),
    };

    private static SslClientAuthenticationOptions MutualTls(EdgeOptions options, Func<FleetIdentity, bool> accepts)
    {
        var certificate = new ReloadedCertificate(options.Certificate!, options.CertificateKey!);
        var trust = new FleetTrust(options.FleetCa!, options.Fleet);
        return new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls13,
            LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate.Current,
            RemoteCertificateValidationCallback = (_, peer, _, _) => trust.TryIdentify(peer, out var identity) && accepts(identity),
        };
    }
}
