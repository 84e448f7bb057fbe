using System.Net;
using System.Net.WebSockets;
using System.Security.Authentication;
using GlobalGateway.Contracts.Fleet;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.EdgeNode.Hosting;

namespace GlobalGateway.EdgeNode.Configuration;

/// <summary>Speaks to control planes with this edge's certificate, and to nobody whose certificate is not a control plane's of this fleet.</summary>
public sealed class ControlPlaneClient : IDisposable
{
    private readonly SocketsHttpHandler _handler;
    private readonly HttpMessageInvoker _invoker;

    public ControlPlaneClient(EdgeOptions options)
    {
        _handler = FleetHandlers.Create(options.Tls()?.Client(static identity => identity.Role == FleetRole.ControlPlane) ?? new());
        _invoker = new HttpMessageInvoker(_handler);
    }

    /// <exception cref="FleetSocketException">No control plane of this fleet answers there.</exception>
    public async Task<FleetSocket> ConnectAsync(Uri controlPlane, CancellationToken cancel)
    {
        var socket = new ClientWebSocket();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(FleetHandlers.ConnectTimeout);
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

    public HttpBundleParts Parts(Uri controlPlane) => new(_invoker, controlPlane, "the control plane");

    public void Dispose()
    {
        _invoker.Dispose();
        _handler.Dispose();
    }
}
