using GlobalGateway.ControlPlane.Store.Etcd;
using GlobalGateway.Testing.Etcd;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace GlobalGateway.Contract.ConfigStore;

/// <summary>One member that lets everybody in.</summary>
public sealed class EtcdOne() : EtcdFixture(1, secured: false);

/// <summary>Three members with TLS, client certificates and a user of few rights.</summary>
public sealed class EtcdThree() : EtcdFixture(3, secured: true);

/// <summary>A cluster that the tests of a class share.</summary>
public abstract class EtcdFixture(int members, bool secured) : IAsyncLifetime
{
    private EtcdCluster? _cluster;

    /// <summary>Skips the test where there is no etcd.</summary>
    public EtcdCluster Cluster
    {
        get
        {
            Assert.SkipWhen(EtcdCluster.Missing is not null, EtcdCluster.Missing ?? "");
            return _cluster!;
        }
    }

    public async ValueTask InitializeAsync() =>
        _cluster = EtcdCluster.Missing is null ? await EtcdCluster.StartAsync(members, secured, TestContext.Current.CancellationToken) : null;

    public ValueTask DisposeAsync()
    {
        _cluster?.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}

/// <summary>Clients of a cluster.</summary>
internal static class EtcdClients
{
    public static EtcdOptions OptionsOf(EtcdCluster cluster) => new()
    {
        Endpoints = cluster.Urls,
        CaFile = cluster.CaFile,
        Certificate = cluster.Certificate,
        CertificateKey = cluster.CertificateKey,
        UserFile = cluster.UserFile,
        PasswordFile = cluster.PasswordFile,
    };

    public static EtcdKeyValueStore Open(EtcdCluster cluster) => Open(OptionsOf(cluster));

    public static EtcdKeyValueStore Open(EtcdOptions options) => new(options, TimeProvider.System, NullLogger<EtcdKeyValueStore>.Instance);
}
