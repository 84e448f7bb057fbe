using System.Net;
using GlobalGateway.Contracts.Bundles;

namespace GlobalGateway.Contracts.Fleet;

/// <summary>Fetches parts of bundles from another part of the fleet, with limits on size and time.</summary>
/// <param name="who">How messages call it.</param>
public sealed class HttpBundleParts(HttpMessageInvoker invoker, Uri address, string who) : IBundleParts
{
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(10);

    public Task<byte[]?> ManifestAsync(string digest, CancellationToken cancel) =>
        GetAsync(FleetProtocol.ManifestPath + digest, BundleFormat.SignedManifestBytesMax, cancel);

    public Task<byte[]?> ChunkAsync(string digest, CancellationToken cancel) =>
        GetAsync(FleetProtocol.ChunkPath + digest, BundleFormat.ChunkBytesMax, cancel);

    /// <summary>The newest signed documents it holds.</summary>
    /// <exception cref="HttpRequestException">It does not answer.</exception>
    /// <exception cref="BundleException">It answers with something else.</exception>
    public async Task<HeldDocuments?> HeldAsync(CancellationToken cancel) =>
        await GetAsync(FleetProtocol.HeldPath, HeldDocuments.BytesMax, cancel) is { } json ? HeldDocuments.Read(json) : null;

    private async Task<byte[]?> GetAsync(string path, int bytesMax, CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(FetchTimeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
            using var response = await invoker.SendAsync(request, timeout.Token);
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }

            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw new HttpRequestException($"{who} answers {(int)response.StatusCode} for a part of the bundle");
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
            throw new HttpRequestException($"{who} did not send a part of the bundle");
        }
    }
}
