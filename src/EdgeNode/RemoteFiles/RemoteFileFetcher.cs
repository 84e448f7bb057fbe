using System.Buffers;
using System.Net;
using GlobalGateway.EdgeNode.Upstreams;

namespace GlobalGateway.EdgeNode.RemoteFiles;

/// <summary>
/// Fetches what a client's URL leads to, as far as the model's configuration allows it: https on its own port, hosts by name, public addresses
/// as the connection is made (so that a name cannot change its mind in between) and at each redirect, bounded in size and time.
/// </summary>
public sealed class RemoteFileFetcher : IDisposable
{
    private const int RedirectsMax = 3;
    private const int PortOfHttps = 443;
    private const int BufferBytes = 16 * 1024;

    private readonly HttpMessageInvoker _client;
    private readonly bool _anyPort;

    public RemoteFileFetcher()
        : this(PublicAddresses.Allows, configure: null)
    {
    }

    /// <param name="allows">Which addresses may be dialled.</param>
    /// <param name="configure">Lets tests bring their own certificates; then any port will do.</param>
    internal RemoteFileFetcher(Func<IPAddress, bool> allows, Action<SocketsHttpHandler>? configure)
    {
        _anyPort = configure is not null;
        var handler = new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            MaxResponseHeadersLength = 16,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            UseCookies = false,
            UseProxy = false,
            ConnectCallback = (context, cancellation) => ConnectAsync(context, allows, cancellation),
        };
        configure?.Invoke(handler);
        _client = new HttpMessageInvoker(handler);
    }

    /// <summary>Never throws for what the network does: each problem is told.</summary>
    /// <param name="bytesMax">What the request has left of its bound.</param>
    public async Task<FetchedFile> FetchAsync(string url, Contracts.Resources.RemoteFiles policy, long bytesMax, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(policy.Timeout);
        try
        {
            return await FollowAsync(url, policy, bytesMax, limited.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return FetchedFile.Failed($"did not come within {policy.Timeout.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return FetchedFile.Failed(e is HttpRequestException { InnerException: RefusedAddressException } ? "is not at a public address" : "could not be fetched");
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<FetchedFile> FollowAsync(string url, Contracts.Resources.RemoteFiles policy, long bytesMax, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var at))
        {
            return FetchedFile.Failed("is no URL");
        }

        for (var redirects = 0; ; redirects++)
        {
            if (Problem(at, policy) is { } problem)
            {
                return FetchedFile.Failed(problem);
            }

            using var request = new HttpRequestMessage(HttpMethod.Get, at) { Headers = { { "user-agent", "GlobalGateway" }, { "accept", "image/*, application/pdf, text/plain" }, { "accept-encoding", "identity" } } };
            using var response = await _client.SendAsync(request, cancellation);
            if ((int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } next)
            {
                if (redirects == RedirectsMax)
                {
                    return FetchedFile.Failed($"redirects more than {RedirectsMax} times");
                }

                at = new Uri(at, next);
                continue;
            }

            return response.StatusCode == HttpStatusCode.OK ? await ReadAsync(response, bytesMax, cancellation) : FetchedFile.Failed($"was answered with status {(int)response.StatusCode}");
        }
    }

    private string? Problem(Uri url, Contracts.Resources.RemoteFiles policy) =>
        url.Scheme != Uri.UriSchemeHttps ? "is not https"
        : !_anyPort && url.Port != PortOfHttps ? "names another port than that of https"
        : url.UserInfo.Length > 0 ? "holds credentials"
        : !policy.Hosts.Any(h => Matches(h, url.IdnHost)) ? $"is at {url.IdnHost}, a host that this model's configuration does not name"
        : null;

    private static bool Matches(string pattern, string host) =>
        pattern.StartsWith("*.", StringComparison.Ordinal) ? host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase) && host.Length >= pattern.Length : host.Equals(pattern, StringComparison.OrdinalIgnoreCase);

    private static async Task<FetchedFile> ReadAsync(HttpResponseMessage response, long bytesMax, CancellationToken cancellation)
    {
        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        if (!type.StartsWith("image/", StringComparison.Ordinal) && type is not ("application/pdf" or "text/plain"))
        {
            return FetchedFile.Failed($"is of type \"{type}\", and neither a picture nor a document");
        }

        if (response.Content.Headers.ContentEncoding.Count > 0)
        {
            return FetchedFile.Failed("came encoded though that was not asked for");
        }

        if (response.Content.Headers.ContentLength > bytesMax)
        {
            return FetchedFile.Failed(TooLarge(bytesMax));
        }

        var bytes = new ArrayBufferWriter<byte>(BufferBytes);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        while (await body.ReadAsync(bytes.GetMemory(BufferBytes), cancellation) is > 0 and var read)
        {
            bytes.Advance(read);
            if (bytes.WrittenCount > bytesMax)
            {
                return FetchedFile.Failed(TooLarge(bytesMax));
            }
        }

        return bytes.WrittenCount == 0 ? FetchedFile.Failed("is empty") : new FetchedFile(type, Convert.ToBase64String(bytes.WrittenSpan));
    }

    private static string TooLarge(long bytesMax) => $"is larger than the {bytesMax:N0} bytes that the files of this request have left";

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, Func<IPAddress, bool> allows, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellation);

        // One address that is not public is enough: whoever names it so means no good.
        if (addresses.Length == 0 || !Array.TrueForAll(addresses, a => allows(a)))
        {
            throw new RefusedAddressException();
        }

        return await UpstreamConnections.OpenAsync(addresses, port, cancellation);
    }

    private sealed class RefusedAddressException() : IOException("an address that is not public");
}
