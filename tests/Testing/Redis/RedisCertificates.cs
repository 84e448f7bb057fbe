using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace GlobalGateway.Testing.Redis;

/// <summary>An authority and a certificate of 127.0.0.1 that it signed, as PEM files in a folder.</summary>
public sealed class RedisCertificates
{
    public RedisCertificates(string folder)
    {
        (Ca, Certificate, Key) = (Path.Combine(folder, "ca.pem"), Path.Combine(folder, "redis.pem"), Path.Combine(folder, "redis.key"));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=test authority", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var signer = authority.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=redis", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(signer, signer.NotBefore, signer.NotAfter, RandomNumberGenerator.GetBytes(16));

        File.WriteAllText(Ca, signer.ExportCertificatePem());
        File.WriteAllText(Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
    }

    public string Ca { get; }

    public string Certificate { get; }

    public string Key { get; }

    /// <summary>What makes a server speak TLS alone.</summary>
    public string[] Arguments(int port) =>
        ["--port", "0", "--tls-port", $"{port}", "--tls-cert-file", Certificate, "--tls-key-file", Key, "--tls-ca-cert-file", Ca, "--tls-auth-clients", "no", "--tls-replication", "yes"];

    /// <summary>What redis-cli has to say for that.</summary>
    public string[] Credentials => ["--tls", "--cacert", Ca];
}
