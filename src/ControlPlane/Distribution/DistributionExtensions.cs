namespace GlobalGateway.ControlPlane.Distribution;

public static class DistributionExtensions
{
    /// <summary>Registers the streams to edges and what the fleet knows of them; it needs the store.</summary>
    public static IServiceCollection AddDistribution(this IServiceCollection services) => services
        .AddSingleton<FleetHub>()
        .AddSingleton<EdgeRegistry>()
        .AddSingleton<FleetView>()
        .AddSingleton<ShapeCollector>()
        .AddSingleton<StreamTrust>()
        .AddSingleton<FleetEndpoints>()
        .AddSingleton<FleetBoard>()
        .AddHostedService(provider => provider.GetRequiredService<FleetBoard>())
        .AddHostedService<EdgeReporter>();
}
