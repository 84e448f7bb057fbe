using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Fleet;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.EdgeNode.Configuration;
using GlobalGateway.EdgeNode.Quota.Management;
using GlobalGateway.EdgeNode.Revocations;

namespace GlobalGateway.EdgeNode.Peers;

/// <summary>
/// Gives other edges and control planes of the fleet what this disk holds: signed documents and parts of bundles. Control planes, and nobody
/// else, are also told what tenants used.
/// </summary>
public sealed class PeerEndpoints(BundleMemory memory, BundleDisk disk, RevocationLane revocations, UsageActions usage)
{
    /// <summary>Answers at once; one more gets 503, so that a region that starts empty does not take this edge's memory.</summary>
    public const int AnswersMax = 32;

    /// <summary>Of them, reports of usage: they read the ledger and last longer.</summary>
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
            if (context.Request.Path.StartsWithSegments(FleetProtocol.UsagePath))
            {
                await ReportAsync(context);
                return;
            }

            if (Find(context.Request.Path.Value ?? "") is not { } bytes)
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            context.Response.ContentType = "application/octet-stream";
            context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
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

            await usage.AnswerAsync(context, FleetProtocol.UsagePath);
        }
        finally
        {
            Interlocked.Decrement(ref _reporting);
        }
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
