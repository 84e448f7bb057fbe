using GlobalGateway.EdgeNode.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace GlobalGateway.EdgeNode.Telemetry;

/// <summary>Sends recorded spans to an OTLP collector in the background; a full queue (2,048 spans) drops them, never a request.</summary>
public sealed class TraceExport(Uri endpoint, EdgeOptions edge) : IHostedService
{
    private TracerProvider? _provider;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _provider = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("globalgateway-edge", edge.Fleet, serviceInstanceId: $"{edge.Region}/{edge.Name}"))
            .AddSource(GatewayTraces.SourceName)
            .AddOtlpExporter(export =>
            {
                export.Endpoint = endpoint;
                export.Protocol = OtlpExportProtocol.HttpProtobuf;
            })
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _provider?.Dispose();
        return Task.CompletedTask;
    }
}
