using System.Buffers;
using GlobalGateway.EdgeNode.Translation;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.ResponseState;

/// <summary>Gives a translated stream the client's id of its answer.</summary>
public sealed class StampedEncoder(StreamEncoder encoder, ResponseIdStamp stamp) : StreamEncoder
{
    public override int Numbered => encoder.Numbered;

    public override void Encode(in StreamPart step, IBufferWriter<byte> output) =>
        encoder.Encode(step.Kind == StreamPartKind.Start ? step with { Id = stamp.Of(step.Id ?? "") } : step, output);
}
