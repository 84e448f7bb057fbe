using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using GlobalGateway.Contracts.Trust;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Contracts.Trust;

[UnsupportedOSPlatform("windows")]
public sealed class CertificateAuthorityTests : IDisposable
{
    private static readonly FleetIdentity Edge = new("local", "us-east", FleetRole.Edge, "edge-1");

    private readonly string _directory = Directory.CreateTempSubdirectory("gg-ca-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Issue_PeerOfTheFleet_IsIdentified()
    {
        using var certificate = Issue("ca", "local", Edge);

        new FleetTrust(Path.Combine(_directory, "ca", "ca.pem"), "local").TryIdentify(certificate, out var identity).ShouldBeTrue();

        identity.ShouldBe(Edge);
    }

    [Fact]
    public void TryIdentify_CertificateOfAnotherAuthority_IsRefused()
    {
        using var own = Issue("ca", "local", Edge);
        using var foreign = Issue("other", "local", Edge);

        new FleetTrust(Path.Combine(_directory, "ca", "ca.pem"), "local").TryIdentify(foreign, out _).ShouldBeFalse();
    }

    [Fact]
    public void TryIdentify_IdentityOfAnotherFleet_IsRefused()
    {
        using var certificate = Issue("ca", "local", Edge with { Fleet = "elsewhere" });

        new FleetTrust(Path.Combine(_directory, "ca", "ca.pem"), "local").TryIdentify(certificate, out _).ShouldBeFalse();
    }

    [Fact]
    public void OpenOrCreate_Twice_KeepsTheAuthority()
    {
        using var first = Issue("ca", "local", Edge);
        var authority = File.ReadAllText(Path.Combine(_directory, "ca", "ca.pem"));
        using var second = Issue("ca", "local", Edge);

        File.ReadAllText(Path.Combine(_directory, "ca", "ca.pem")).ShouldBe(authority);
    }

    [Fact]
    public void Issue_KeyFiles_AreForTheirOwnerOnly()
    {
        using var certificate = Issue("ca", "local", Edge);

        foreach (var file in new[] { Path.Combine(_directory, "ca", "ca.key"), Path.Combine(_directory, "edge.key") })
        {
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public void TrustedKeys_SignatureOfAPlacedKey_Verifies()
    {
        using var key = SigningKey.OpenOrCreate(Path.Combine(_directory, "signing.key"));
        var trust = Path.Combine(_directory, "trust");
        var signature = key.Sign("data"u8);

        new TrustedKeys(trust).Verify(key.Id, "data"u8, signature).ShouldBeFalse();
        key.WritePublic(trust);

        new TrustedKeys(trust).Verify(key.Id, "data"u8, signature).ShouldBeTrue();
        new TrustedKeys(trust).Verify(key.Id, "other"u8, signature).ShouldBeFalse();
        new TrustedKeys(trust).Verify("../../../../x", "data"u8, signature).ShouldBeFalse();
    }

    private X509Certificate2 Issue(string folder, string fleet, FleetIdentity identity)
    {
        using var authority = CertificateAuthority.OpenOrCreate(Path.Combine(_directory, folder), fleet);
        var certificate = Path.Combine(_directory, "edge.pem");
        authority.Issue(identity, certificate, Path.Combine(_directory, "edge.key"));
        return X509CertificateLoader.LoadCertificateFromFile(certificate);
    }
}
