using GlobalGateway.EdgeNode.Telemetry.Prometheus;

namespace GlobalGateway.EdgeNode.Telemetry;

public static class TelemetryExtensions
{
    public static IServiceCollection AddTelemetry(this IServiceCollection services) => services
        .AddSingleton<LogSink>(_ => new LogSink())
        .AddSingleton<ILoggerProvider, JsonLoggerProvider>()
        .AddSingleton<RequestLog>()
        .AddSingleton<GatewayMetrics>()
        .AddSingleton<EdgeGauges>()
        .AddSingleton(s => new PrometheusExporter(s.GetRequiredService<GatewayMetrics>().Meter));
}
