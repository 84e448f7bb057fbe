using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GlobalGateway.ProviderSimulator.Hosting;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ProviderSimulator.Hosting;

public sealed class TlsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gg-sim-tls-").FullName;

    [Fact]
    public async Task Https_WithACertificate_NegotiatesHttp2()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=simulator", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        var (pem, keyPem) = (Path.Combine(_folder, "cert.pem"), Path.Combine(_folder, "key.pem"));
        await File.WriteAllTextAsync(pem, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(keyPem, key.ExportPkcs8PrivateKeyPem());
        await using var host = await SimulatorHost.StartAsync(_ => new SimulatorOptions { Listen = ["https://127.0.0.1:0"], Certificate = pem, CertificateKey = keyPem });
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, served, _, _) => served!.GetCertHashString() == certificate.GetCertHashString() } })
        {
            BaseAddress = host.Address,
            DefaultRequestVersion = HttpVersion.Version20,
        };
        using var response = await client.GetAsync("/health/live");
        response.Version.ShouldBe(HttpVersion.Version20);
        (await response.Content.ReadAsStringAsync()).ShouldBe("ok\n");
    }

    [Fact]
    public void Https_WithoutACertificate_IsAnError() =>
        new SimulatorOptions { Listen = ["https://127.0.0.1:0"] }.Errors().ShouldHaveSingleItem().ShouldContain("--certificate");

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
