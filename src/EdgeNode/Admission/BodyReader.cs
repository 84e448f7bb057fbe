using System.IO.Compression;
using GlobalGateway.EdgeNode.Errors;

namespace GlobalGateway.EdgeNode.Admission;

/// <summary>Reads a request body once, expanding gzip and br, within every bound.</summary>
public static class BodyReader
{
    private const int FirstRead = 4 * 1024;

    public static bool Takes(string encoding) =>
        encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase)
        || encoding.Equals("br", StringComparison.OrdinalIgnoreCase)
        || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase);

    /// <summary>Fills <paramref name="body"/>; returns what is wrong with it, or nothing.</summary>
    public static async ValueTask<GatewayError?> ReadAsync(HttpRequest request, RequestBody body, CancellationToken cancellation)
    {
        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase))
        {
            await using var gzip = new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true);
            return await ExpandAsync(gzip, "gzip", body, cancellation);
        }

        if (encoding.Equals("br", StringComparison.OrdinalIgnoreCase))
        {
            await using var brotli = new BrotliStream(request.Body, CompressionMode.Decompress, leaveOpen: true);
            return await ExpandAsync(brotli, "br", body, cancellation);
        }

        return await CopyAsync(request.Body, (int)(request.ContentLength ?? FirstRead), body, cancellation);
    }

    private static async ValueTask<GatewayError?> ExpandAsync(Stream expanding, string encoding, RequestBody body, CancellationToken cancellation)
    {
        try
        {
            return await CopyAsync(expanding, FirstRead, body, cancellation);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            return GatewayError.BadEncoding(encoding);
        }
    }

    /// <summary>Copies a plain body within its bounds.</summary>
    public static async ValueTask<GatewayError?> CopyAsync(Stream source, int expected, RequestBody body, CancellationToken cancellation)
    {
        // One byte more than expected, so that the read that finds the end needs no growth.
        var hint = expected + 1;
        while (true)
        {
            var room = body.GetRoom(hint);
            if (room.IsEmpty)
            {
                return GatewayError.BodiesFull();
            }

            int read;
            try
            {
                read = await source.ReadAsync(room, cancellation);
            }
            catch (IOException e) when (e is not BadHttpRequestException && !cancellation.IsCancellationRequested)
            {
                // The server's word for chunks whose size does not parse.
                return GatewayError.BadBody("The body's transfer encoding is broken.");
            }

            if (read == 0)
            {
                return null;
            }

            body.Advance(read);
            if (body.Length > AdmissionLimits.BodyBytesMax)
            {
                return GatewayError.BodyTooLarge(AdmissionLimits.BodyBytesMax);
            }

            hint = 1;
        }
    }
}
