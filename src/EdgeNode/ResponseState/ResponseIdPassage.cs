using System.Buffers;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Streaming;

namespace GlobalGateway.EdgeNode.ResponseState;

/// <summary>A stream of the responses API with the client's ids, and marks on encrypted reasoning, in the few events that hold some.</summary>
public sealed class ResponseIdPassage(StreamPassage events, ResponseIdStamp stamp) : StreamPassage
{
    private readonly ArrayBufferWriter<byte> _passed = new(512);
    private int _numbered;

    public override Usage Usage => events.Usage;

    public override Usage Produced => events.Produced;

    public override int Numbered => _numbered;

    protected override EventMeaning Pass(in SseEvent next, IBufferWriter<byte> output)
    {
        var meaning = Rewrite(next, output);
        _numbered += (meaning & (EventMeaning.Error | EventMeaning.Malformed)) == 0 && next.Raw.IndexOf("\"sequence_number\""u8) >= 0 ? 1 : 0;
        return meaning;
    }

    private EventMeaning Rewrite(in SseEvent next, IBufferWriter<byte> output)
    {
        if (!ResponseIdRewriter.Concerns(next.Raw))
        {
            return events.Take(next, output);
        }

        _passed.ResetWrittenCount();
        var meaning = events.Take(next, _passed);
        if (_passed.WrittenCount > 0)
        {
            WriteRewritten(next, output);
        }

        return meaning;
    }

    private void WriteRewritten(in SseEvent next, IBufferWriter<byte> output)
    {
        next.Parse(out var name, out var data);
        if (!name.IsEmpty)
        {
            output.Write("event: "u8);
            output.Write(name);
            output.Write("\n"u8);
        }

        output.Write("data: "u8);
        if (data.Contains((byte)'\n'))
        {
            // JSON over several lines: between its tokens a space does as well.
            var line = data.ToArray();
            line.AsSpan().Replace((byte)'\n', (byte)' ');
            data = line;
        }

        ResponseIdRewriter.Write(data, isEvent: true, stamp, output);
        output.Write("\n\n"u8);
    }
}
