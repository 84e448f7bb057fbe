using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GlobalGateway.Cql;
using GlobalGateway.Testing.Cassandra;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.Cql;

/// <summary>A node that wants passwords, TLS and client certificates.</summary>
public sealed class CqlSecurityTests(CqlSecurityTests.SecuredNode node) : IClassFixture<CqlSecurityTests.SecuredNode>
{
    private static readonly CqlStatement WhoAmI = new("SELECT key FROM system.local", CqlConsistency.LocalOne);

    [Fact]
    public async Task RightPasswordAndCertificate_AreLetIn()
    {
        CqlPlace.SkipWithoutServer();
        await using var session = node.Session();

        (await session.ExecuteAsync(WhoAmI.With())).Count.ShouldBe(1);
    }

    [Fact]
    public Task WrongPassword_IsRefused() =>
        ShouldBeRefusedAsync(options => options with { Credentials = new CqlCredentials("cassandra", "guessed") }, "incorrect");

    [Fact]
    public Task NoPassword_IsRefused() => ShouldBeRefusedAsync(options => options with { Credentials = null }, "asks for a user and a password");

    [Fact]
    public Task AuthorityOfSomebodyElse_IsNotTrusted() =>
        ShouldBeRefusedAsync(options => options with { Tls = options.Tls! with { CaFile = node.OtherAuthority } }, "certificate");

    [Fact]
    public Task NameThatIsNotInTheCertificate_IsNotTrusted() =>
        ShouldBeRefusedAsync(options => options with { Tls = options.Tls! with { HostName = "elsewhere.example" } }, "certificate");

    [Fact]
    public Task NoClientCertificate_IsRefused() =>
        ShouldBeRefusedAsync(options => options with { Tls = options.Tls! with { CertificateFile = null, KeyFile = null } }, "127.");

    private async Task ShouldBeRefusedAsync(Func<CqlOptions, CqlOptions> change, string why)
    {
        CqlPlace.SkipWithoutServer();
        await using var session = new CqlSession(change(node.Options with { ConnectTimeout = TimeSpan.FromSeconds(2) }), TimeProvider.System);

        var refused = await Should.ThrowAsync<CqlNoNodeException>(async () => await session.ExecuteAsync(WhoAmI.With()));

        refused.Message.ShouldContain(why);
        refused.Message.ShouldNotContain("guessed");
    }

    /// <summary>Started once for these tests.</summary>
    public sealed class SecuredNode : IAsyncLifetime
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("gg-cql-tls-").FullName;
        private CassandraFixture? _cluster;

        public string OtherAuthority => Path.Combine(_folder, "other.pem");

        public CqlOptions Options => CqlPlace.Options(_cluster!.ContactPoints) with
        {
            Credentials = new CqlCredentials("cassandra", "cassandra"),
            Tls = new CqlTls(Path.Combine(_folder, "ca.pem"), Path.Combine(_folder, "client.pem"), Path.Combine(_folder, "client.key"), "cassandra.example"),
        };

        public CqlSession Session() => new(Options, TimeProvider.System);

        public async ValueTask InitializeAsync()
        {
            if (CassandraFixture.Missing is not null)
            {
                return;
            }

            WriteCertificates();
            _cluster = await CassandraFixture.StartOneAsync("us-east", CancellationToken.None, new Dictionary<string, string>
            {
                ["authenticator"] = "PasswordAuthenticator",
                ["client_encryption_options"] =
                    $"{{ enabled: true, optional: false, require_client_auth: true, keystore: {_folder}/server.all, truststore: {_folder}/ca.pem, "
                    + "ssl_context_factory: { class_name: org.apache.cassandra.security.PEMBasedSslContextFactory } }",
            });
        }

        public ValueTask DisposeAsync()
        {
            _cluster?.Dispose();
            Directory.Delete(_folder, recursive: true);
            return ValueTask.CompletedTask;
        }

        private void WriteCertificates()
        {
            using var authority = Authority("ca");
            using var other = Authority("other");
            Issue(authority, "server", "cassandra.example");
            Issue(authority, "client", "gateway.example");
        }

        private X509Certificate2 Authority(string name)
        {
            using var key = RSA.Create(2048);
            var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            var authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
            File.WriteAllText(Path.Combine(_folder, $"{name}.pem"), authority.ExportCertificatePem());
            return authority;
        }

        private void Issue(X509Certificate2 authority, string name, string host)
        {
            using var key = RSA.Create(2048);
            var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(host);
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
            using var certificate = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8));
            File.WriteAllText(Path.Combine(_folder, $"{name}.pem"), certificate.ExportCertificatePem());
            File.WriteAllText(Path.Combine(_folder, $"{name}.key"), key.ExportPkcs8PrivateKeyPem());
            // The server reads both from one file.
            File.WriteAllText(Path.Combine(_folder, $"{name}.all"), $"{key.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n{authority.ExportCertificatePem()}\n");
        }
    }
}
