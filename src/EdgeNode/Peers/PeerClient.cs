using GlobalGateway.Contracts.Fleet;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.EdgeNode.Hosting;

namespace GlobalGateway.EdgeNode.Peers;

/// <summary>Speaks to other edges of this region with this edge's certificate.</summary>
public sealed class PeerClient : IDisposable
{
    private readonly SocketsHttpHandler _handler;
    private readonly HttpMessageInvoker _invoker;

    public PeerClient(EdgeOptions options)
    {
        _handler = FleetHandlers.Create(options.Tls()?.Client(identity => identity.Role == FleetRole.Edge && identity.Region == options.Region) ?? new());
        _invoker = new HttpMessageInvoker(_handler);
    }

    public HttpBundleParts Parts(Uri peer) => new(_invoker, peer, $"the neighbour {peer.Authority}");

    public void Dispose()
    {
        _invoker.Dispose();
        _handler.Dispose();
    }
}
