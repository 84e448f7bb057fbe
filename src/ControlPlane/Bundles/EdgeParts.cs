using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Fleet;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Hosting;

namespace GlobalGateway.ControlPlane.Bundles;

/// <summary>Asks edges, with this control plane's certificate, for the parts of bundles that their disks hold.</summary>
public sealed class EdgeParts(ControlPlaneOptions options) : IDisposable
{
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    private readonly HttpClient _http = new(Handler(options)) { Timeout = FetchTimeout };

    /// <returns>A signed manifest as JSON; nothing when the edge does not answer or has it not.</returns>
    public Task<byte[]?> ManifestAsync(Uri edge, string digest, CancellationToken cancel) => GetAsync(new Uri(edge, FleetProtocol.ManifestPath + digest), BundleFormat.SignedManifestBytesMax, cancel);

    public Task<byte[]?> ChunkAsync(Uri edge, string digest, CancellationToken cancel) => GetAsync(new Uri(edge, FleetProtocol.ChunkPath + digest), BundleFormat.ChunkBytesMax, cancel);

    public void Dispose() => _http.Dispose();

    private async Task<byte[]?> GetAsync(Uri part, int bytesMax, CancellationToken cancel)
    {
        try
        {
            using var response = await _http.GetAsync(part, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (response.StatusCode != HttpStatusCode.OK || response.Content.Headers.ContentLength is not { } length || length > bytesMax)
            {
                return null;
            }

            var bytes = new byte[length];
            await using var body = await response.Content.ReadAsStreamAsync(cancel);
            await body.ReadExactlyAsync(bytes, cancel);
            return bytes;
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException || (problem is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return null;
        }
    }

    private static SocketsHttpHandler Handler(ControlPlaneOptions options)
    {
        var certificate = new ReloadedCertificate(options.Certificate, options.CertificateKey);
        var trust = new FleetTrust(options.FleetCa, options.Fleet);
        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = ConnectTimeout,
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate.Current,
                RemoteCertificateValidationCallback = (_, peer, _, _) => trust.TryIdentify(peer, out var identity) && identity.Role == FleetRole.Edge,
            },
        };
    }
}
