using GlobalGateway.ControlPlane.Store.Etcd;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ControlPlane.Store.Etcd;

public sealed class EtcdOptionsTests
{
    [Theory]
    [InlineData("http://127.0.0.1:2379")]
    [InlineData("https://etcd-1.example:2379")]
    [InlineData("https://[::1]:2379")]
    public void Validate_Endpoint_IsFine(string endpoint) => new EtcdOptions { Endpoints = [endpoint] }.Validate().ShouldBeEmpty();

    [Theory]
    [InlineData("127.0.0.1:2379")]
    [InlineData("ftp://127.0.0.1:2379")]
    [InlineData("https://127.0.0.1:2379/path")]
    [InlineData("https://127.0.0.1:2379/?query")]
    public void Validate_NoEndpoint_SaysWhich(string endpoint) =>
        new EtcdOptions { Endpoints = ["https://127.0.0.1:1", endpoint] }.Validate().ShouldContain(error => error.StartsWith("etcd.endpoints[1]: is not http://HOST:PORT", StringComparison.Ordinal));

    [Fact]
    public void Validate_PasswordInTheUrl_IsNotRepeated()
    {
        var errors = new EtcdOptions { Endpoints = ["https://root:secret@127.0.0.1:2379"] }.Validate();

        errors.ShouldHaveSingleItem().ShouldContain("user and password belong in their files");
        errors[0].ShouldNotContain("secret");
    }

    [Fact]
    public void Validate_EverythingWrong_SaysAllOfIt()
    {
        var errors = new EtcdOptions
        {
            Endpoints = ["http://127.0.0.1:1", "https://127.0.0.1:2"], UserFile = "/none/user", CertificateKey = "/none/key", CaFile = "/none/ca", QuotaBytes = 1,
        }.Validate();

        errors.ShouldBe(
        [
            "etcd.endpoints: http and https are mixed; all members speak TLS, or none does",
            "etcd.passwordFile: is not set; userFile and passwordFile go together",
            "etcd.userFile: no file \"/none/user\"",
            "etcd.certificate: is not set; certificate and certificateKey go together",
            "etcd.certificateKey: no file \"/none/key\"",
            "etcd.caFile: no file \"/none/ca\"",
            "etcd.endpoints: certificates are set, but the endpoints are http; write https",
            "etcd.quotaBytes: 1 is below 1 MiB",
        ]);
    }
}
