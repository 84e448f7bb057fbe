using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace GlobalGateway.EdgeNode.Upstreams;

/// <summary>The connection pools of one provider: the usual one, and one that never reuses a connection.</summary>
public sealed class UpstreamConnections
{
    /// <summary>Below the shortest idle time-out of the providers, so that we close first.</summary>
    public static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(45);

    /// <summary>So that DNS changes are followed.</summary>
    public static readonly TimeSpan LifetimeMax = TimeSpan.FromMinutes(10);

    /// <summary>Marks a request whose connection was opened for it; without it, a dead connection may have been a reused one.</summary>
    public static readonly HttpRequestOptionsKey<bool> OpenedConnection = new("opened-connection");

    private const int HeaderKilobytesMax = 64;
    private const int ResponseDrainBytesMax = 64 * 1024;

    // Enough to read a stream to its last chunk; a longer one is of a client that has gone, and its provider shall stop at once.
    private static readonly TimeSpan ResponseDrainTime = TimeSpan.FromMilliseconds(50);

    public UpstreamConnections(TimeSpan connectTimeout, IReadOnlyDictionary<string, string> connectTo)
    {
        Pooled = new HttpMessageInvoker(CreateHandler(connectTimeout, connectTo, LifetimeMax));
        Fresh = new HttpMessageInvoker(CreateHandler(connectTimeout, connectTo, TimeSpan.Zero));
    }

    public HttpMessageInvoker Pooled { get; }

    /// <summary>Opens a connection for each request.</summary>
    public HttpMessageInvoker Fresh { get; }

    private static SocketsHttpHandler CreateHandler(TimeSpan connectTimeout, IReadOnlyDictionary<string, string> connectTo, TimeSpan lifetime) => new()
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = connectTimeout > TimeSpan.Zero ? connectTimeout : Timeout.InfiniteTimeSpan,
        EnableMultipleHttp2Connections = true,
        KeepAlivePingDelay = TimeSpan.FromSeconds(15),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        MaxResponseHeadersLength = HeaderKilobytesMax,
        MaxResponseDrainSize = ResponseDrainBytesMax,
        ResponseDrainTimeout = ResponseDrainTime,
        PooledConnectionIdleTimeout = IdleMax,
        PooledConnectionLifetime = lifetime,
        UseCookies = false,
        UseProxy = false,
        ConnectCallback = (context, cancellation) => ConnectAsync(context, connectTo, cancellation),
    };

    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, IReadOnlyDictionary<string, string> connectTo, CancellationToken cancellation)
    {
        context.InitialRequestMessage.Options.Set(OpenedConnection, true);
        var host = context.DnsEndPoint.Host;
        var port = context.DnsEndPoint.Port;
        if (connectTo.TryGetValue(string.Create(CultureInfo.InvariantCulture, $"{host}:{port}"), out var instead))
        {
            var target = IPEndPoint.Parse(instead);
            return await OpenAsync([target.Address], target.Port, cancellation);
        }

        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellation);
        var allowed = Array.FindAll(addresses, AddressPolicy.Allows);
        if (allowed.Length == 0)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"{host} resolves only to addresses that are never dialled");
        }

        return await OpenAsync(allowed, port, cancellation);
    }

    /// <summary>Dials addresses that the caller has checked.</summary>
    internal static async ValueTask<Stream> OpenAsync(IPAddress[] addresses, int port, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
