using System.Net;
using System.Net.Http.Headers;
using GlobalGateway.EdgeNode.Admission;
using GlobalGateway.EdgeNode.Quota;

namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>The client's body with a few values replaced, written from its buffer without a copy; can be sent again.</summary>
public sealed class UpstreamContent : HttpContent
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly RequestBody _body;
    private readonly Splices _splices;
    private readonly AttemptCharge? _charge;

    public UpstreamContent(RequestBody body, Splices splices, AttemptCharge? charge = null)
    {
        _charge = charge;
        _body = body;
        _splices = splices;
        Headers.ContentType = Json;
        Headers.ContentLength = _splices.LengthOf(body.Length);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (!_body.TryUse())
        {
            throw new IOException("the request is over");
        }

        _charge?.Sent();
        try
        {
            var position = 0;
            for (var i = 0; i < _splices.Count; i++)
            {
                var (start, end, value) = _splices[i];
                await stream.WriteAsync(_body.Memory[position..start], cancellationToken);
                await stream.WriteAsync(value, cancellationToken);
                position = end;
            }

            await stream.WriteAsync(_body.Memory[position..], cancellationToken);
        }
        finally
        {
            _body.Release();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _splices.LengthOf(_body.Length);
        return true;
    }
}
