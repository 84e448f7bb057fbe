using GlobalGateway.EdgeNode.Upstreams.Probes;

namespace GlobalGateway.EdgeNode.Upstreams;

public static class UpstreamsExtensions
{
    public static IServiceCollection AddUpstreams(this IServiceCollection services) =>
        services.AddSingleton<RuntimeRegistry>().AddSingleton<EndpointProber>().AddHostedService(s => s.GetRequiredService<EndpointProber>());
}
