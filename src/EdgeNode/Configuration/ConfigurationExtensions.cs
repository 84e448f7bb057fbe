using GlobalGateway.EdgeNode.Health;

namespace GlobalGateway.EdgeNode.Configuration;

public static class ConfigurationExtensions
{
    /// <summary>Serves from disk before the listeners open, then follows a control plane.</summary>
    public static IServiceCollection AddConfiguration(this IServiceCollection services) => services
        .AddSingleton<ConfigStatus>()
        .AddSingleton<IDependencyReport>(provider => provider.GetRequiredService<ConfigStatus>())
        .AddSingleton<BundleDisk>()
        .AddSingleton<BundleTrust>()
        .AddSingleton<BundleMemory>()
        .AddSingleton<BundleAssembler>()
        .AddSingleton<BundleActivator>()
        .AddSingleton<EdgeStatements>()
        .AddSingleton<ControlPlaneClient>()
        .AddHostedService<ConfigStream>();
}
