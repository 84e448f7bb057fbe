namespace GlobalGateway.EdgeNode.Routing;

public static class RoutingExtensions
{
    public static IServiceCollection AddTargetRouting(this IServiceCollection services) =>
        services.AddSingleton<AffinityMemory>().AddSingleton<TargetPlanner>();
}
