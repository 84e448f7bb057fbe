using System.Net.Security;
using System.Security.Authentication;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.EdgeNode.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace GlobalGateway.EdgeNode.Peers;

/// <summary>Mutual TLS 1.3 for the peer listener: edges and control planes of this fleet, nobody else.</summary>
public static class PeerTls
{
    public static TlsHandshakeCallbackOptions Create(EdgeOptions options)
    {
        var certificate = new ReloadedCertificate(options.Certificate!, options.CertificateKey!);
        var trust = new FleetTrust(options.FleetCa!, options.Fleet);
        return new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate.Current,
                ClientCertificateRequired = true,
                EnabledSslProtocols = SslProtocols.Tls13,
                RemoteCertificateValidationCallback = (_, peer, _, _) => trust.TryIdentify(peer, out var identity) && identity.Role is FleetRole.Edge or FleetRole.ControlPlane,
            }),
        };
    }
}
