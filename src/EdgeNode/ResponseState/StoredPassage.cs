using System.Buffers;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Streaming;

namespace GlobalGateway.EdgeNode.ResponseState;

/// <summary>The events of a stored response as they are: one that failed ends with its failure, which is what was asked for.</summary>
public sealed class StoredPassage : StreamPassage
{
    private readonly ResponsesStreamInspector _inspector = new();

    public override Usage Usage => _inspector.Usage;

    public override Usage Produced => _inspector.Produced;

    protected override EventMeaning Pass(in SseEvent next, IBufferWriter<byte> output)
    {
        var meaning = _inspector.Inspect(next);
        if ((meaning & EventMeaning.Malformed) == 0)
        {
            output.Write(next.Raw);
        }

        return (meaning & EventMeaning.Error) != 0 ? EventMeaning.Terminator | EventMeaning.Progress : meaning;
    }
}
