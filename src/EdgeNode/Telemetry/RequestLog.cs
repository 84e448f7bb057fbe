using System.Buffers;
using System.Text.Json;
using GlobalGateway.EdgeNode.Attempts;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Requests;

namespace GlobalGateway.EdgeNode.Telemetry;

/// <summary>Writes one JSON line per request: names, numbers and outcomes; never a prompt, an answer, a key or a query.</summary>
public sealed class RequestLog(LogSink sink, TimeProvider clock)
{
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    public void Write(GatewayRequest request, int status, TimeSpan took)
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(1024);
        var writer = _writer ??= new Utf8JsonWriter(buffer, Options);
        buffer.ResetWrittenCount();
        writer.Reset(buffer);

        writer.WriteStartObject();
        writer.WriteString("time"u8, clock.GetUtcNow().UtcDateTime);
        writer.WriteString("level"u8, status >= 500 ? "warn"u8 : "info"u8);
        writer.WriteString("event"u8, "request"u8);
        writer.WriteString("id"u8, request.Id);
        writer.WriteString("region"u8, request.Region);
        writer.WriteString("operation"u8, OperationNames.Of(request.Operation));
        if (request.Client is { } client)
        {
            writer.WriteString("tenant"u8, client.Tenant.Name);
            writer.WriteString("key"u8, client.Key.Name);
        }

        if (request.Model is { } model)
        {
            writer.WriteString("model"u8, model.Name);
        }
        else if (request.Route is { } route)
        {
            writer.WriteString("route"u8, route.Name);
        }

        writer.WriteNumber("status"u8, status);
        if (request.ErrorCode is { } error)
        {
            writer.WriteString("error"u8, error);
        }

        writer.WriteNumber("ms"u8, Math.Round(took.TotalMilliseconds, 1));
        if (request.TimeToFirstToken > TimeSpan.Zero)
        {
            writer.WriteNumber("ttftMs"u8, Math.Round(request.TimeToFirstToken.TotalMilliseconds, 1));
        }

        WriteAttempts(writer, request.Attempts);
        WriteUsage(writer, request.Usage, request.CostNanoDollars);

        writer.WriteString("cache"u8, "none"u8);
        writer.WriteString("revision"u8, request.Snapshot?.Revision);
        writer.WriteEndObject();
        writer.Flush();
        sink.Write(buffer.WrittenSpan);
    }

    /// <summary><c>in</c> and <c>out</c> are totals; the parts that not every answer has are named where they are not zero.</summary>
    private static void WriteUsage(Utf8JsonWriter writer, in Usage usage, long cost)
    {
        if (usage.TotalTokens > 0)
        {
            writer.WriteStartObject("tokens"u8);
            writer.WriteNumber("in"u8, usage.TotalInput);
            WritePart(writer, "cacheRead"u8, usage.CacheRead);
            WritePart(writer, "cacheWrite"u8, usage.CacheWrite);
            WritePart(writer, "cacheWriteLong"u8, usage.CacheWriteLong);
            writer.WriteNumber("out"u8, usage.TotalOutput);
            WritePart(writer, "reasoning"u8, usage.Reasoning);
            if (usage.Estimated)
            {
                writer.WriteBoolean("estimated"u8, true);
            }

            writer.WriteEndObject();
        }

        if (usage.TotalTokens > 0 || cost > 0)
        {
            writer.WriteNumber("costNanoUsd"u8, cost);
        }
    }

    private static void WritePart(Utf8JsonWriter writer, ReadOnlySpan<byte> name, long tokens)
    {
        if (tokens > 0)
        {
            writer.WriteNumber(name, tokens);
        }
    }

    private static void WriteAttempts(Utf8JsonWriter writer, List<AttemptRecord> attempts)
    {
        writer.WriteStartArray("attempts"u8);
        foreach (var attempt in attempts)
        {
            writer.WriteStartObject();
            writer.WriteString("target"u8, attempt.Target);
            writer.WriteString("outcome"u8, attempt.Outcome.Name());
            writer.WriteNumber("ms"u8, Math.Round(attempt.Took.TotalMilliseconds, 1));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
