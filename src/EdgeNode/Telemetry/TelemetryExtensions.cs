using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Telemetry.Prometheus;

namespace GlobalGateway.EdgeNode.Telemetry;

public static class TelemetryExtensions
{
    public static IServiceCollection AddTelemetry(this IServiceCollection services, EdgeOptions options) => services
        .AddTraces(options)
        .AddSingleton<LogSink>(_ => new LogSink())
        .AddSingleton<ILoggerProvider, JsonLoggerProvider>()
        .AddSingleton<RequestLog>()
        .AddSingleton<GatewayMetrics>()
        .AddSingleton<EdgeGauges>()
        .AddSingleton(s => new PrometheusExporter(s.GetRequiredService<GatewayMetrics>().Meter));

    private static IServiceCollection AddTraces(this IServiceCollection services, EdgeOptions options) => options.TracesEndpoint is not { } endpoint
        ? services
        : services.AddHostedService(_ => new TraceExport(new Uri(endpoint), options));
}
