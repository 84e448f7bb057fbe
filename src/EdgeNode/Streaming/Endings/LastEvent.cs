using System.Buffers;
using System.Text.Json;

namespace GlobalGateway.EdgeNode.Streaming.Endings;

/// <summary>Keeps the newest event of a stream that repeats its frame in each.</summary>
internal sealed class LastEvent
{
    private readonly ArrayBufferWriter<byte> _data = new(512);

    public void Keep(ReadOnlySpan<byte> data)
    {
        _data.ResetWrittenCount();
        _data.Write(data);
    }

    /// <summary>Absent before the first, or where it is no object.</summary>
    public JsonElement? Read()
    {
        try
        {
            using var document = JsonDocument.Parse(_data.WrittenMemory);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The members of an array of objects, of what may be anything.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement of, string member) =>
        of.TryGetProperty(member, out var items) && items.ValueKind == JsonValueKind.Array ? items.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.Object) : [];

    public static bool HasText(JsonElement of, string member) => of.TryGetProperty(member, out var text) && text.ValueKind == JsonValueKind.String;
}
