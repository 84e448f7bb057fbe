namespace GlobalGateway.EdgeNode.Streaming;

/// <summary>One server-sent event as it came.</summary>
public readonly ref struct SseEvent(ReadOnlySpan<byte> raw)
{
    /// <summary>All bytes, the closing blank line included.</summary>
    public ReadOnlySpan<byte> Raw { get; } = raw;

    /// <summary>Reads the fields; of several data lines the joined text, which only then is copied.</summary>
    public void Parse(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> data)
    {
        name = default;
        data = default;
        var rest = Raw;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOfAny((byte)'\n', (byte)'\r');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line.StartsWith("data:"u8))
            {
                var value = Value(line["data:"u8.Length..]);
                data = data.IsEmpty ? value : (byte[])[.. data, (byte)'\n', .. value];
            }
            else if (line.StartsWith("event:"u8))
            {
                name = Value(line["event:"u8.Length..]);
            }
        }
    }

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> value) => value is [(byte)' ', ..] ? value[1..] : value;
}
