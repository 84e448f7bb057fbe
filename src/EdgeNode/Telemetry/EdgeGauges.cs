using System.Diagnostics.Metrics;
using GlobalGateway.EdgeNode.Admission;
using GlobalGateway.EdgeNode.Snapshots;
using Polly.CircuitBreaker;

namespace GlobalGateway.EdgeNode.Telemetry;

/// <summary>States that are read when somebody asks for the metrics.</summary>
public sealed class EdgeGauges
{
    private int _connections;

    public EdgeGauges(GatewayMetrics metrics, SnapshotStore snapshots, AdmissionGate gate, LogSink log)
    {
        var meter = metrics.Meter;
        meter.CreateObservableGauge("gateway_active_connections", () => Volatile.Read(ref _connections), description: "Client connections open now.");
        meter.CreateObservableGauge("gateway_requests_in_flight", () => gate.Requests, description: "Requests being served now.");
        meter.CreateObservableGauge("gateway_buffered_body_bytes", () => gate.BodyBytes, "By", "Request bodies held in memory now.");
        meter.CreateObservableCounter("gateway_log_lines_dropped_total", () => log.Dropped, description: "Log lines lost because standard output was too slow.");
        meter.CreateObservableGauge("gateway_breaker_state", () => Breakers(snapshots), description: "0 closed, 1 half-open, 2 open, 3 isolated.");
        meter.CreateObservableGauge("gateway_config_revision", () => Revision(snapshots), description: "1 for the revision that serves.");
    }

    public void ConnectionOpened() => Interlocked.Increment(ref _connections);

    public void ConnectionClosed() => Interlocked.Decrement(ref _connections);

    private static IEnumerable<Measurement<int>> Breakers(SnapshotStore snapshots) =>
        (snapshots.Current?.Breakers() ?? [])
            .Select(b => new Measurement<int>(
                b.State switch { CircuitState.Closed => 0, CircuitState.HalfOpen => 1, CircuitState.Open => 2, _ => 3 },
                new KeyValuePair<string, object?>("target", b.Id)));

    private static IEnumerable<Measurement<int>> Revision(SnapshotStore snapshots) =>
        snapshots.Current is { } current ? [new(1, new KeyValuePair<string, object?>("revision", current.Revision))] : [];
}
