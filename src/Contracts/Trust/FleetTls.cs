using System.Net.Security;
using System.Security.Authentication;

namespace GlobalGateway.Contracts.Trust;

/// <summary>Mutual TLS 1.3 between the parts of a fleet: the fleet's own CA says who the other side is, its address says nothing.</summary>
public sealed class FleetTls(string certificatePath, string keyPath, string authorityPath, string fleet)
{
    private readonly ReloadedCertificate _own = new(certificatePath, keyPath);
    private readonly FleetTrust _trust = new(authorityPath, fleet);

    /// <param name="accepts">Whom this part wants to speak to.</param>
    public SslClientAuthenticationOptions Client(Func<FleetIdentity, bool> accepts) => new()
    {
        EnabledSslProtocols = SslProtocols.Tls13,
        LocalCertificateSelectionCallback = (_, _, _, _, _) => _own.Current,
        RemoteCertificateValidationCallback = (_, peer, _, _) => _trust.TryIdentify(peer, out var identity) && accepts(identity),
    };

    /// <summary>For one handshake: the next may find a renewed certificate.</summary>
    /// <param name="accepts">Who may connect.</param>
    public SslServerAuthenticationOptions Server(Func<FleetIdentity, bool> accepts) => new()
    {
        ServerCertificate = _own.Current,
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.Tls13,
        RemoteCertificateValidationCallback = (_, peer, _, _) => _trust.TryIdentify(peer, out var identity) && accepts(identity),
    };
}
