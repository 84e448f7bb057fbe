using System.Buffers;
using System.Text;
using System.Text.Json;
using GlobalGateway.EdgeNode.Admission;
using GlobalGateway.EdgeNode.Configuration;
using GlobalGateway.EdgeNode.Draining;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Revocations;
using GlobalGateway.EdgeNode.Snapshots;
using GlobalGateway.Replication.Redis;
using Polly.CircuitBreaker;

namespace GlobalGateway.EdgeNode.Health;

/// <summary>Says for an operator what this edge serves and which of its dependencies is degraded.</summary>
public sealed class EdgeReport(
    EdgeOptions options, SnapshotStore snapshots, DrainState drain, AdmissionGate gate, ConfigStatus config, RevocationLane revocations,
    IEnumerable<IDependencyReport> dependencies, RedisRateLimitStore? redis = null)
{
    public string Write()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            var current = snapshots.Current;
            writer.WriteStartObject();
            writer.WriteString("region", options.Region);
            writer.WriteString("name", options.Name);
            writer.WriteString("state", drain.IsDraining ? "draining" : current is null ? "no configuration" : "serving");
            // One object: a swap just now must not show the new revision under the number of the one before.
            var served = config.Served;
            writer.WriteString("revision", served?.Revision ?? current?.Revision);
            writer.WriteNumber("sequence", served?.Sequence ?? 0);
            writer.WriteString("bundle", served?.Bundle);
            writer.WriteNumber("revocations", revocations.Sequence);
            writer.WriteString("controlPlane", config.ControlPlane);
            writer.WriteNumber("requestsInFlight", gate.Requests);
            writer.WriteStartArray("degraded");
            if (redis?.WhyDegraded is { } lost)
            {
                WriteDegraded(writer, "redis", lost);
            }

            foreach (var dependency in dependencies)
            {
                if (dependency.WhyDegraded is { } why)
                {
                    WriteDegraded(writer, dependency.Name, why);
                }
            }

            if (current is not null)
            {
                WriteTargets(writer, current);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static void WriteTargets(Utf8JsonWriter writer, GatewaySnapshot current)
    {
        var targets = current.Models.Values.SelectMany(m => m.Near.Concat(m.Far)).DistinctBy(t => t.Id);
        foreach (var target in targets)
        {
            if (target.Provider.WhyNot(target.Endpoint) is { } why)
            {
                WriteDegraded(writer, target.Id, why);
            }

            if (target.State.Suspect)
            {
                WriteDegraded(writer, target.Id, "its endpoint does not answer probes");
            }

            foreach (var breaker in target.Breakers)
            {
                if (breaker.State != CircuitState.Closed)
                {
                    WriteDegraded(writer, target.Id, $"breaker {breaker.State.ToString().ToLowerInvariant()}");
                }
            }
        }
    }

    private static void WriteDegraded(Utf8JsonWriter writer, string name, string why)
    {
        writer.WriteStartObject();
        writer.WriteString("name", name);
        writer.WriteString("why", why);
        writer.WriteEndObject();
    }
}
