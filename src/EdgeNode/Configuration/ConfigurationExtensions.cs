using GlobalGateway.EdgeNode.Health;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Peers;

namespace GlobalGateway.EdgeNode.Configuration;

public static class ConfigurationExtensions
{
    /// <summary>Serves from disk before the listeners open, then follows a control plane.</summary>
    public static IServiceCollection AddConfiguration(this IServiceCollection services) => services
        .AddSingleton<ConfigStatus>()
        .AddSingleton<IDependencyReport>(provider => provider.GetRequiredService<ConfigStatus>())
        .AddSingleton(provider => new BundleDisk(
            Path.Combine(provider.GetRequiredService<EdgeOptions>().DataDirectory, BundleDisk.Folder), provider.GetRequiredService<ILogger<BundleDisk>>()))
        .AddSingleton<BundleTrust>()
        .AddSingleton<BundleMemory>()
        .AddSingleton<BundleAssembler>()
        .AddSingleton<BundleActivator>()
        .AddSingleton<EdgeStatements>()
        .AddSingleton<ControlPlaneClient>()
        .AddSingleton<PeerClient>()
        .AddSingleton<PeerEndpoints>()
        .AddSingleton<SeedFolder>()
        .AddSingleton<ColdStart>()
        .AddSingleton<IDependencyReport, ClockReport>()
        .AddHostedService<ConfigStream>();
}
