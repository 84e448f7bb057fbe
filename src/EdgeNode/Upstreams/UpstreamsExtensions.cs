namespace GlobalGateway.EdgeNode.Upstreams;

public static class UpstreamsExtensions
{
    public static IServiceCollection AddUpstreams(this IServiceCollection services) =>
        services.AddSingleton<RuntimeRegistry>();
}
