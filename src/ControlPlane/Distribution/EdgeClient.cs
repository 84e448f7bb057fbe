using System.Net;
using GlobalGateway.Contracts.Fleet;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Hosting;

namespace GlobalGateway.ControlPlane.Distribution;

/// <summary>Speaks to the peer listeners of edges with this control plane's certificate, and to nobody whose certificate is not an edge's of this fleet.</summary>
public sealed class EdgeClient : IDisposable
{
    private readonly SocketsHttpHandler _handler;
    private readonly HttpMessageInvoker _invoker;

    public EdgeClient(ControlPlaneOptions options)
    {
        _handler = FleetHandlers.Create(options.Tls().Client(static identity => identity.Role == FleetRole.Edge));
        _invoker = new HttpMessageInvoker(_handler);
    }

    /// <summary>The parts of bundles that the edge's disk holds.</summary>
    public HttpBundleParts Parts(Uri edge) => new(_invoker, edge, $"the edge {edge.Authority}");

    /// <summary>Asks an edge something.</summary>
    /// <param name="bytesMax">Of its answer, at most.</param>
    /// <exception cref="HttpRequestException">It does not answer.</exception>
    /// <exception cref="IOException">It ends in the middle of its answer.</exception>
    public async Task<PeerAnswer> GetAsync(Uri edge, string pathAndQuery, int bytesMax, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(edge, pathAndQuery));
        using var response = await _invoker.SendAsync(request, cancel);
        try
        {
            await response.Content.LoadIntoBufferAsync(bytesMax, cancel);
        }
        catch (HttpRequestException problem) when (problem.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            return new PeerAnswer(response.StatusCode, null);
        }

        return new PeerAnswer(response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancel));
    }

    public void Dispose()
    {
        _invoker.Dispose();
        _handler.Dispose();
    }
}

/// <summary>What an edge said.</summary>
/// <param name="Body">Absent when it is more than was to be read.</param>
public sealed record PeerAnswer(HttpStatusCode Status, byte[]? Body);
