using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace GlobalGateway.Contracts.Trust;

/// <summary>The fleet's own certificate authority, kept as <c>ca.pem</c> and <c>ca.key</c> (0600) in one folder.</summary>
/// <example>
/// <code>
/// using var authority = CertificateAuthority.OpenOrCreate(".gg/ca", "local");
/// authority.Issue(new FleetIdentity("local", "us-east", FleetRole.Edge, "edge-1"), "tls/edge.pem", "tls/edge.key");
/// File.Copy(authority.CertificatePath, "tls/ca.pem");
/// </code>
/// </example>
public sealed class CertificateAuthority : IDisposable
{
    public static readonly TimeSpan AuthorityLifetime = TimeSpan.FromDays(3650);
    public static readonly TimeSpan CertificateLifetime = TimeSpan.FromDays(397);

    // Clocks of machines that have just started may be a little behind.
    private static readonly TimeSpan Backdated = TimeSpan.FromHours(1);

    private readonly X509Certificate2 _authority;

    private CertificateAuthority(X509Certificate2 authority, string certificatePath)
    {
        _authority = authority;
        CertificatePath = certificatePath;
    }

    /// <summary>The CA's public certificate: what every part of the fleet pins.</summary>
    public string CertificatePath { get; }

    public static CertificateAuthority OpenOrCreate(string directory, string fleet)
    {
        var certificatePath = Path.Combine(directory, "ca.pem");
        var keyPath = Path.Combine(directory, "ca.key");
        if (!File.Exists(certificatePath) || !File.Exists(keyPath))
        {
            Create(fleet, certificatePath, keyPath);
        }

        return new CertificateAuthority(X509Certificate2.CreateFromPemFile(certificatePath, keyPath), certificatePath);
    }

    /// <summary>Writes a certificate and its key (PEM, 0600) for clients and servers, with the identity, <c>localhost</c> and 127.0.0.1 as names.</summary>
    public void Issue(FleetIdentity identity, string certificatePath, string keyPath, TimeSpan? lifetime = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={identity.Name}, OU={identity.Role}, O={identity.Fleet}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(identity.Uri));
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());

        var now = DateTimeOffset.UtcNow;
        var until = now + (lifetime ?? CertificateLifetime);
        using var certificate = request.Create(
            _authority, now - Backdated, until < _authority.NotAfter ? until : _authority.NotAfter, RandomNumberGenerator.GetBytes(16));
        PrivateFile.Write(keyPath, key.ExportPkcs8PrivateKeyPem());
        PrivateFile.Write(certificatePath, certificate.ExportCertificatePem());
    }

    public void Dispose() => _authority.Dispose();

    private static void Create(string fleet, string certificatePath, string keyPath)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=GlobalGateway fleet {fleet}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now - Backdated, now + AuthorityLifetime);
        PrivateFile.Write(keyPath, key.ExportPkcs8PrivateKeyPem());
        PrivateFile.Write(certificatePath, certificate.ExportCertificatePem());
    }
}
