using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace GlobalGateway.Cql.Connections;

/// <summary>Certificates for connections to nodes, read once.</summary>
internal sealed class NodeTls : IDisposable
{
    private readonly CqlTls _options;
    private readonly X509ChainPolicy? _trust;
    private readonly X509Certificate2? _certificate;

    public NodeTls(CqlTls options)
    {
        _options = options;
        if (options.CaFile is { } authority)
        {
            _trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            _trust.CustomTrustStore.ImportFromPemFile(authority);
        }

        if (options.CertificateFile is { } certificate)
        {
            _certificate = X509Certificate2.CreateFromPemFile(certificate, options.KeyFile);
        }
    }

    /// <summary>The certificate must be of the configured name or, without one, of the address that is connected to.</summary>
    public SslClientAuthenticationOptions For(IPEndPoint address) => new()
    {
        TargetHost = _options.HostName ?? address.Address.ToString(),
        CertificateChainPolicy = _trust?.Clone(),
        ClientCertificates = _certificate is null ? null : [_certificate],
    };

    public void Dispose() => _certificate?.Dispose();
}
