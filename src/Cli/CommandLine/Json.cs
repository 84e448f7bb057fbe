using System.Text.Encodings.Web;
using System.Text.Json;

namespace GlobalGateway.Cli.CommandLine;

/// <summary>Writes what scripts read: one indented object on the output.</summary>
internal static class Json
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes what an API answered, as it is.</summary>
    public static void Write(System.Text.Json.Nodes.JsonNode node)
    {
        using var output = Console.OpenStandardOutput();
        using (var writer = new Utf8JsonWriter(output, Options))
        {
            node.WriteTo(writer);
        }

        output.WriteByte((byte)'\n');
    }

    public static void Write(Action<Utf8JsonWriter> members)
    {
        using var output = Console.OpenStandardOutput();
        using (var writer = new Utf8JsonWriter(output, Options))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }
}
