using System.Buffers;
using GlobalGateway.EdgeNode.Metering;

namespace GlobalGateway.EdgeNode.Streaming;

/// <summary>Same dialect on both sides: the provider's bytes, less what only the gateway asked for.</summary>
public sealed class PassThrough(StreamInspector inspector) : StreamPassage
{
    public override Usage Usage => inspector.Usage;

    public override Usage Produced => inspector.Produced;

    protected override EventMeaning Pass(in SseEvent next, IBufferWriter<byte> output)
    {
        var meaning = inspector.Inspect(next);
        if ((meaning & (EventMeaning.Error | EventMeaning.Malformed | EventMeaning.Withheld)) == 0)
        {
            output.Write(next.Raw);
        }

        return meaning;
    }
}
