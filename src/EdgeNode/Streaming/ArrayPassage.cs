using System.Buffers;
using GlobalGateway.EdgeNode.Metering;

namespace GlobalGateway.EdgeNode.Streaming;

/// <summary>Writes the events of a stream as the items of one JSON array: Gemini's streams without <c>alt=sse</c>.</summary>
public sealed class ArrayPassage(StreamPassage events) : StreamPassage
{
    private readonly ArrayBufferWriter<byte> _written = new(512);
    private bool _begun;

    public override Usage Usage => events.Usage;

    public override Usage Produced => events.Produced;

    protected override EventMeaning Pass(in SseEvent next, IBufferWriter<byte> output)
    {
        _written.ResetWrittenCount();
        var meaning = events.Take(next, _written);
        var rest = _written.WrittenSpan;
        while (!rest.IsEmpty)
        {
            // Both the provider's events and the gateway's hold their JSON in one line.
            var end = rest.IndexOf((byte)'\n');
            var line = (end < 0 ? rest : rest[..end]).TrimEnd((byte)'\r');
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line.StartsWith("data:"u8))
            {
                output.Write(_begun ? ",\r\n"u8 : "["u8);
                output.Write(line["data:"u8.Length..].TrimStart((byte)' '));
                _begun = true;
            }
        }

        if ((meaning & EventMeaning.Terminator) != 0)
        {
            output.Write(_begun ? "]"u8 : "[]"u8);
        }

        return meaning;
    }
}
