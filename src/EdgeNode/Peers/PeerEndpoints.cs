using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Fleet;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.EdgeNode.Configuration;
using GlobalGateway.EdgeNode.Quota.Management;
using GlobalGateway.EdgeNode.Revocations;
using GlobalGateway.EdgeNode.Shapes;

namespace GlobalGateway.EdgeNode.Peers;

/// <summary>
/// Gives other edges and control planes of the fleet what this disk holds: signed documents and parts of bundles. Control planes, and nobody
/// else, are also told what tenants used and what requests are on record.
/// </summary>
public sealed class PeerEndpoints(BundleMemory memory, BundleDisk disk, RevocationLane revocations, UsageActions usage, ShapeReports shapes)
{
    /// <summary>Answers at once; one more gets 503, so that a region that starts empty does not take this edge's memory.</summary>
    public const int AnswersMax = 32;

    /// <summary>Of them, reports of usage and requests: they read the ledger or all of the record, and last longer.</summary>
    public const int ReportsMax = 4;

    private int _answering;
    private int _reporting;

    public async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        if (Interlocked.Increment(ref _answering) > AnswersMax)
        {
            Interlocked.Decrement(ref _answering);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        try
        {
            var path = context.Request.Path;
            if (path.StartsWithSegments(FleetProtocol.UsagePath) || path == FleetProtocol.ShapesPath)
            {
                await ReportAsync(context);
            }
            else if (Find(path.Value ?? "") is { } bytes)
            {
                await AnswerAsync(context, "application/octet-stream", bytes);
            }
            else
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _answering);
        }
    }

    private async Task ReportAsync(HttpContext context)
    {
        if (context.Connection.ClientCertificate is not { } certificate || !FleetIdentity.TryRead(certificate, out var identity) || identity.Role != FleetRole.ControlPlane)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        try
        {
            if (Interlocked.Increment(ref _reporting) > ReportsMax)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            }

            if (context.Request.Path == FleetProtocol.ShapesPath)
            {
                await AnswerAsync(context, "application/json", shapes.Read().ToJson());
            }
            else
            {
                await usage.AnswerAsync(context, FleetProtocol.UsagePath);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _reporting);
        }
    }

    private static async Task AnswerAsync(HttpContext context, string type, byte[] bytes)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private byte[]? Find(string path) =>
        path == FleetProtocol.HeldPath ? new HeldDocuments(memory.Offered, revocations.Held).ToJson()
        : DigestBelow(path, FleetProtocol.ManifestPath) is { } manifest ? disk.Manifest(manifest)
        : DigestBelow(path, FleetProtocol.ChunkPath) is { } chunk ? disk.Chunk(chunk)
        : null;

    private static string? DigestBelow(string path, string folder) =>
        path.StartsWith(folder, StringComparison.Ordinal) && path[folder.Length..] is var digest && BundleFormat.IsDigest(digest) ? digest : null;
}

public static class PeerExtensions
{
    /// <summary>Everything on the peer listener is answered by <see cref="PeerEndpoints"/>, and by nothing else.</summary>
    public static void MapPeers(this WebApplication app, int port)
    {
        var peers = app.Services.GetRequiredService<PeerEndpoints>();
        app.MapWhen(context => context.Connection.LocalPort == port, branch => branch.Run(peers.HandleAsync));
    }
}
