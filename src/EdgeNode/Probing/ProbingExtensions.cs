using GlobalGateway.EdgeNode.Shapes;

namespace GlobalGateway.EdgeNode.Probing;

public static class ProbingExtensions
{
    /// <summary>What a control plane may ask of an edge: shapes of requests on record, and a probe of what it serves.</summary>
    public static IServiceCollection AddProbing(this IServiceCollection services) => services
        .AddSingleton<ShapeRecorder>()
        .AddSingleton<ShapeReports>()
        .AddSingleton<SelfProbe>();

    /// <summary>Probes go through the stages put together so far.</summary>
    public static void MapSelfProbe(this WebApplication app) => app.Services.GetRequiredService<SelfProbe>().Pipeline = ((IApplicationBuilder)app).Build();
}
