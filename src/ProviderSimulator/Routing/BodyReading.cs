using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace GlobalGateway.ProviderSimulator.Routing;

/// <summary>Reads a request body whole, within its limit.</summary>
internal static class BodyReading
{
    /// <summary>The body, or null when it is larger than <paramref name="bytesMax"/>. <paramref name="known"/> may give back an equal array, to save the copy.</summary>
    public static async ValueTask<byte[]?> ReadAsync(HttpRequest request, int bytesMax, Func<ReadOnlyMemory<byte>, byte[]?> known)
    {
        if (request.ContentLength is 0 || (request.ContentLength is null && request.Headers.TransferEncoding.Count == 0 && request.Protocol.StartsWith("HTTP/1", StringComparison.Ordinal)))
        {
            return [];
        }
        if (request.ContentLength > bytesMax)
        {
            return null;
        }
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync();
            if (read.Buffer.Length > bytesMax)
            {
                return null;
            }
            if (read.IsCompleted || read.Buffer.Length == request.ContentLength)
            {
                var body = (read.Buffer.IsSingleSegment ? known(read.Buffer.First) : null) ?? read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
