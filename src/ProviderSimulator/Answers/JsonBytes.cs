using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace GlobalGateway.ProviderSimulator.Answers;

/// <summary>Writes JSON with raw UTF-8, as the vendors do.</summary>
internal static class JsonBytes
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static byte[] Write<TState>(TState state, Action<Utf8JsonWriter, TState> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            write(writer, state);
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>One server-sent event: <c>event:</c> when named, <c>data:</c>, a blank line.</summary>
    public static byte[] Event<TState>(string? name, TState state, Action<Utf8JsonWriter, TState> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        if (name is not null)
        {
            buffer.Write(System.Text.Encoding.ASCII.GetBytes($"event: {name}\n"));
        }
        buffer.Write("data: "u8);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            write(writer, state);
        }
        buffer.Write("\n\n"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
