using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Hosting;
using GlobalGateway.ControlPlane.Store.Embedded;
using GlobalGateway.ControlPlane.Store.Etcd;
using GlobalGateway.ControlPlane.Store.Leadership;

namespace GlobalGateway.ControlPlane.Store;

/// <summary>Registers the fleet's store, its mirror, and the election of a leader among the control planes.</summary>
public static class StoreExtensions
{
    /// <exception cref="ControlPlaneOptionsException">The certificate does not say which control plane this is.</exception>
    public static IServiceCollection AddStore(this IServiceCollection services, ControlPlaneOptions options) => services
        .AddSingleton(new FleetKeys(options.Fleet))
        .AddSingleton(PlaneOf(options))
        .AddSingleton(new LeadershipTimes())
        .AddSingleton<IKeyValueStore>(provider => options.Etcd is { } etcd
            ? new EtcdKeyValueStore(etcd, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<EtcdKeyValueStore>>())
            : EmbeddedKeyValueStore.Open(options.StateDirectory, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<Founding>()
        .AddSingleton<StoreMirror>()
        .AddSingleton<LeaderElection>()
        .AddSingleton<ILeaderDuty, StoreHousekeeping>()
        .AddHostedService(provider => provider.GetRequiredService<StoreMirror>())
        .AddHostedService<FoundingAtStart>()
        .AddHostedService(provider => provider.GetRequiredService<LeaderElection>());

    private static PlaneIdentity PlaneOf(ControlPlaneOptions options)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(options.Certificate);
            return FleetIdentity.TryRead(certificate, out var identity)
                ? new PlaneIdentity($"{identity.Region}.{identity.Name}", options.ApiUrl ?? options.ApiListen, identity.Region)
                : throw new ControlPlaneOptionsException($"certificate: {options.Certificate} has no name gg://fleet/region/control-plane/name");
        }
        catch (CryptographicException problem)
        {
            throw new ControlPlaneOptionsException($"certificate: {options.Certificate}: {problem.Message}");
        }
    }
}
