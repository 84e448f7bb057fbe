using System.Buffers;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>Writes neutral steps as the events of one client's stream, by the dialect's grammar.</summary>
public abstract class StreamEncoder
{
    /// <summary>How many events have been written, where the dialect numbers them.</summary>
    public virtual int Numbered => 0;

    public abstract void Encode(in StreamPart step, IBufferWriter<byte> output);
}
