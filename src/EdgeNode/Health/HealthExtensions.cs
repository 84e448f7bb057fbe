namespace GlobalGateway.EdgeNode.Health;

public static class HealthExtensions
{
    public static IServiceCollection AddHealth(this IServiceCollection services) =>
        services.AddSingleton<EdgeReport>().AddSingleton<BreakerActions>();
}
