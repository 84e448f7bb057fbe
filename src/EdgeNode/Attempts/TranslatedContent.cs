using System.Net;
using GlobalGateway.EdgeNode.Quota;

namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>A body in the target's dialect, which tells its charge when it begins to leave.</summary>
public sealed class TranslatedContent(ReadOnlyMemory<byte> body, AttemptCharge? charge) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        charge?.Sent();
        return stream.WriteAsync(body, cancellationToken).AsTask();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
