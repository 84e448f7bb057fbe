using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace GlobalGateway.ControlPlane.Logging;

/// <summary>Writes one JSON object a line in the shape of the edges' logs: time, level, event, message, then its values.</summary>
public sealed class JsonLineFormatter(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "json-line";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        using var memory = new MemoryStream();
        using (var writer = new Utf8JsonWriter(memory))
        {
            writer.WriteStartObject();
            writer.WriteString("time", clock.GetUtcNow().UtcDateTime);
            writer.WriteString("level", LevelOf(logEntry.LogLevel));
            writer.WriteString("event", logEntry.EventId.Name ?? "message");
            writer.WriteString("source", logEntry.Category);
            writer.WriteString("message", logEntry.Formatter(logEntry.State, logEntry.Exception));
            if (logEntry.Exception is { } exception)
            {
                // Messages of foreign exceptions can quote input, so only the kind and the place are kept.
                writer.WriteString("exception", exception.GetType().FullName);
                writer.WriteString("stack", exception.StackTrace);
            }

            writer.WriteEndObject();
        }

        textWriter.Write(Encoding.UTF8.GetString(memory.GetBuffer().AsSpan(0, (int)memory.Length)));
        textWriter.Write('\n');
    }

    private static string LevelOf(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        _ => "error",
    };
}
