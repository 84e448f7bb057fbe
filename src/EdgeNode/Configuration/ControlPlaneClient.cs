using System.Net;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Authentication;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Fleet;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.EdgeNode.Hosting;

namespace GlobalGateway.EdgeNode.Configuration;

/// <summary>Speaks to control planes with this edge's certificate, and to nobody whose certificate is not a control plane's of this fleet.</summary>
public sealed class ControlPlaneClient : IDisposable
{
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(10);

    private readonly SocketsHttpHandler _handler;
    private readonly HttpMessageInvoker _invoker;

    public ControlPlaneClient(EdgeOptions options)
    {
        _handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
            AutomaticDecompression = DecompressionMethods.None,
            SslOptions = options.Certificate is null ? new SslClientAuthenticationOptions() : MutualTls(options),
        };
        _invoker = new HttpMessageInvoker(_handler);
    }

    /// <exception cref="FleetSocketException">No control plane of this fleet answers there.</exception>
    public async Task<FleetSocket> ConnectAsync(Uri controlPlane, CancellationToken cancel)
    {
        var socket = new ClientWebSocket();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(ConnectTimeout);
        try
        {
            socket.Options.HttpVersion = HttpVersion.Version11;
            await socket.ConnectAsync(new UriBuilder(controlPlane) { Scheme = "wss", Path = FleetProtocol.StreamPath }.Uri, _invoker, timeout.Token);
            return new FleetSocket(socket);
        }
        catch (Exception problem) when (problem is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            socket.Dispose();
            throw new FleetSocketException(problem switch
            {
                OperationCanceledException => "no answer",
                _ when problem.GetBaseException() is AuthenticationException => "its certificate is not a control plane's of this fleet, or it does not take this edge's",
                _ when problem.GetBaseException() is System.Net.Sockets.SocketException refused => refused.SocketErrorCode.ToString(),
                _ => "it does not take the stream",
            });
        }
    }

    public IBundleParts Parts(Uri controlPlane) => new HttpParts(_invoker, controlPlane);

    public void Dispose()
    {
        _invoker.Dispose();
        _handler.Dispose();
    }

    private static SslClientAuthenticationOptions MutualTls(EdgeOptions options)
    {
        var certificate = new ReloadedCertificate(options.Certificate!, options.CertificateKey!);
        var trust = new FleetTrust(options.FleetCa!, options.Fleet);
        return new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls13,
            LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate.Current,

            // The name in the URL says nothing: who it is, the fleet's own CA says.
            RemoteCertificateValidationCallback = (_, peer, _, _) => trust.TryIdentify(peer, out var identity) && identity.Role == FleetRole.ControlPlane,
        };
    }

    private sealed class HttpParts(HttpMessageInvoker invoker, Uri controlPlane) : IBundleParts
    {
        public Task<byte[]?> ManifestAsync(string digest, CancellationToken cancel) =>
            GetAsync(FleetProtocol.ManifestPath + digest, BundleFormat.SignedManifestBytesMax, cancel);

        public Task<byte[]?> ChunkAsync(string digest, CancellationToken cancel) =>
            GetAsync(FleetProtocol.ChunkPath + digest, BundleFormat.ChunkBytesMax, cancel);

        private async Task<byte[]?> GetAsync(string path, int bytesMax, CancellationToken cancel)
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            timeout.CancelAfter(FetchTimeout);
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(controlPlane, path));
                using var response = await invoker.SendAsync(request, timeout.Token);
                if (response.StatusCode == HttpStatusCode.NotFound)
                {
                    return null;
                }

                if (response.StatusCode != HttpStatusCode.OK)
                {
                    throw new HttpRequestException($"the control plane answers {(int)response.StatusCode} for a part of the bundle");
                }

                if (response.Content.Headers.ContentLength is not { } length || length > bytesMax)
                {
                    throw new BundleException($"a part of the bundle is above its limit of {bytesMax} bytes");
                }

                var bytes = new byte[length];
                await using var body = await response.Content.ReadAsStreamAsync(timeout.Token);
                await body.ReadExactlyAsync(bytes, timeout.Token);
                return bytes;
            }
            catch (Exception problem) when (problem is IOException || (problem is OperationCanceledException && !cancel.IsCancellationRequested))
            {
                throw new HttpRequestException("the control plane did not send a part of the bundle");
            }
        }
    }
}
