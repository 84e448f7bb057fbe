using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace GlobalGateway.Testing.Etcd;

/// <summary>An authority, a certificate of the members and one of their clients, as PEM files in a folder.</summary>
internal sealed class EtcdCertificates
{
    private readonly string _folder;

    public EtcdCertificates(string folder)
    {
        _folder = folder;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=test authority", key, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var signer = authority.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Ca, signer.ExportCertificatePem());
        Issue(signer, "CN=etcd", Member, MemberKey);
        // The gateway of a member refuses clients whose certificate has a common name once logins are on.
        Issue(signer, "O=clients", Client, ClientKey);
    }

    public string Ca => Path.Combine(_folder, "ca.pem");

    public string Member => Path.Combine(_folder, "member.pem");

    public string MemberKey => Path.Combine(_folder, "member.key");

    public string Client => Path.Combine(_folder, "client.pem");

    public string ClientKey => Path.Combine(_folder, "client.key");

    private static void Issue(X509Certificate2 signer, string subject, string certificatePath, string keyPath)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(signer, signer.NotBefore, signer.NotAfter, RandomNumberGenerator.GetBytes(16));
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
    }
}
