using System.Text.Json;

namespace GlobalGateway.EdgeNode.Telemetry;

/// <summary>Writes the framework's and the edge's own messages as JSON lines to the same sink as the request log.</summary>
public sealed class JsonLoggerProvider(LogSink sink) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new JsonLogger(sink, categoryName);

    public void Dispose()
    {
    }

    private sealed class JsonLogger(LogSink sink, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            using var memory = new MemoryStream();
            using (var writer = new Utf8JsonWriter(memory))
            {
                writer.WriteStartObject();
                writer.WriteString("time"u8, DateTime.UtcNow);
                writer.WriteString("level"u8, logLevel switch
                {
                    LogLevel.Information => "info",
                    LogLevel.Warning => "warn",
                    _ => "error",
                });
                writer.WriteString("event"u8, eventId.Name is { Length: > 0 } name ? name : "message");
                writer.WriteString("source"u8, category);
                writer.WriteString("message"u8, formatter(state, exception));
                if (exception is not null)
                {
                    // Messages of foreign exceptions can quote input, so only the kind and the place are kept.
                    writer.WriteString("exception"u8, exception.GetType().FullName);
                    writer.WriteString("stack"u8, exception.StackTrace);
                }

                writer.WriteEndObject();
            }

            sink.Write(memory.GetBuffer().AsSpan(0, (int)memory.Length));
        }
    }
}
