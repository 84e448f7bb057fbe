using System.Text.Json;
using GlobalGateway.ProviderSimulator.Composition;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary>Writes <c>tool_calls</c> as whole messages and as deltas have them.</summary>
internal static class ChatToolCalls
{
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<ComposedCall> calls)
    {
        writer.WriteStartArray("tool_calls");
        foreach (var call in calls)
        {
            writer.WriteStartObject();
            Head(writer, call, call.Arguments);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    /// <summary>The first delta of a call: its id and name, no arguments yet.</summary>
    public static void WriteStart(Utf8JsonWriter writer, int index, ComposedCall call)
    {
        writer.WriteStartArray("tool_calls");
        writer.WriteStartObject();
        writer.WriteNumber("index", index);
        Head(writer, call, "");
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    /// <summary>A later delta: more of the arguments.</summary>
    public static void WritePiece(Utf8JsonWriter writer, int index, string piece)
    {
        writer.WriteStartArray("tool_calls");
        writer.WriteStartObject();
        writer.WriteNumber("index", index);
        writer.WriteStartObject("function");
        writer.WriteString("arguments", piece);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void Head(Utf8JsonWriter writer, ComposedCall call, string arguments)
    {
        writer.WriteString("id", "call_" + call.Id);
        writer.WriteString("type", "function");
        writer.WriteStartObject("function");
        writer.WriteString("name", call.Name);
        writer.WriteString("arguments", arguments);
        writer.WriteEndObject();
    }
}
