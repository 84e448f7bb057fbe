namespace GlobalGateway.EdgeNode.Draining;

public static class DrainingExtensions
{
    public static IServiceCollection AddDraining(this IServiceCollection services) =>
        services.AddSingleton<DrainState>().AddSingleton<IHostLifetime, DrainLifetime>();
}
