using GlobalGateway.Contracts.Fleet;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Bundles;
using GlobalGateway.ControlPlane.Revocations;
using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.ControlPlane.Distribution;

/// <summary>Everything the fleet listener answers: the stream, and the parts of bundles by their digests.</summary>
public sealed partial class FleetEndpoints(
    FleetHub hub,
    FleetBoard board,
    EdgeRegistry registry,
    RevocationsHeard revocationsHeard,
    BundleShelf shelf,
    StoreMirror mirror,
    IKeyValueStore store,
    StreamTrust trust,
    IHostApplicationLifetime lifetime,
    ILogger<FleetEndpoints> log)
{
    public async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (context.Connection.ClientCertificate is not { } certificate
            || !FleetIdentity.TryRead(certificate, out var identity) || identity.Role != FleetRole.Edge)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
        }
        else if (path == FleetProtocol.StreamPath)
        {
            await StreamAsync(context, identity);
        }
        else if (path.StartsWith(FleetProtocol.ChunkPath, StringComparison.Ordinal))
        {
            await PartAsync(context, shelf.ChunkAsync(path[FleetProtocol.ChunkPath.Length..], context.RequestAborted));
        }
        else if (path.StartsWith(FleetProtocol.ManifestPath, StringComparison.Ordinal))
        {
            await PartAsync(context, shelf.ManifestAsync(path[FleetProtocol.ManifestPath.Length..], context.RequestAborted));
        }
        else if (path == FleetProtocol.HeldPath)
        {
            await AnswerAsync(context, HeldFor(identity).ToJson());
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    private async Task StreamAsync(HttpContext context, FleetIdentity identity)
    {
        if (!context.WebSockets.IsWebSocketRequest || hub.Count >= FleetHub.StreamsMax)
        {
            context.Response.StatusCode = context.WebSockets.IsWebSocketRequest ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status426UpgradeRequired;
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping, context.RequestAborted);
        using var socket = new FleetSocket(await context.WebSockets.AcceptWebSocketAsync());
        var stream = new EdgeStream(identity, socket, hub, board, registry, revocationsHeard, mirror, store, trust);
        Connected(identity.Region, identity.Name);
        var goodbye = false;
        try
        {
            await stream.RunAsync(stop.Token);
            goodbye = true;
            Disconnected(identity.Region, identity.Name, "it said goodbye");
        }
        catch (FleetSocketException problem)
        {
            Disconnected(identity.Region, identity.Name, problem.Message);
        }
        catch (StoreException problem)
        {
            // It comes back, here or at another control plane.
            Disconnected(identity.Region, identity.Name, problem.Message);
        }
        catch (OperationCanceledException)
        {
            await socket.CloseAsync();
        }
        finally
        {
            registry.Left(identity, stream, goodbye);
        }
    }

    private HeldDocuments HeldFor(FleetIdentity edge)
    {
        var notices = board.Notices;
        return new HeldDocuments(notices.PointerFor(edge.Region, edge.Name) is { } pointer ? [pointer] : [], notices.Revocations);
    }

    private static async Task PartAsync(HttpContext context, Task<byte[]?> part)
    {
        try
        {
            await AnswerAsync(context, await part);
        }
        catch (StoreException)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    }

    private static async Task AnswerAsync(HttpContext context, byte[]? bytes)
    {
        if (bytes is null || !HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.StatusCode = bytes is null ? StatusCodes.Status404NotFound : StatusCodes.Status405MethodNotAllowed;
            return;
        }

        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    [LoggerMessage(1, LogLevel.Information, "edge {Region}/{Name} is connected", EventName = "edge connected")]
    private partial void Connected(string region, string name);

    [LoggerMessage(2, LogLevel.Information, "edge {Region}/{Name} has left: {Why}", EventName = "edge left")]
    private partial void Disconnected(string region, string name, string why);
}
