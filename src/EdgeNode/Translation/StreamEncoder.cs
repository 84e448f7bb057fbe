using System.Buffers;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>Writes neutral steps as the events of one client's stream, by the dialect's grammar.</summary>
public abstract class StreamEncoder
{
    public abstract void Encode(in StreamPart step, IBufferWriter<byte> output);
}
