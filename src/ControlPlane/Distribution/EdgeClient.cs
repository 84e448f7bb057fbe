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

    /// <summary>Asks an edge; the body is read by the caller, with a limit.</summary>
    /// <exception cref="HttpRequestException">It does not answer.</exception>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel) => _invoker.SendAsync(request, cancel);

    public void Dispose()
    {
        _invoker.Dispose();
        _handler.Dispose();
    }
}
