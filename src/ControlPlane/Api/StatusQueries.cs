using GlobalGateway.ControlPlane.Distribution;
using GlobalGateway.ControlPlane.Folder;
using GlobalGateway.ControlPlane.Hosting;
using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.ControlPlane.Api;

/// <summary>Puts together what the API shows.</summary>
public sealed class StatusQueries(ControlPlaneOptions options, EmbeddedStore store, SourceState source, EdgeRegistry edges, TimeProvider clock)
{
    public FleetStatus Status() => new(options.Fleet, Serving(), Source(), Edges());

    public bool IsReady => store.Pointer is not null;

    public IReadOnlyList<StoredRevision> Revisions() => store.Revisions;

    public IReadOnlyList<EdgeStatus> Edges()
    {
        var now = clock.GetUtcNow();
        var told = store.Pointer?.Sequence ?? 0;
        return
        [
            .. edges.All.Select(edge => new EdgeStatus(
                edge.Identity.Region,
                edge.Identity.Name,
                edge.Connected,
                edge.AnswerSequence == told || edge.Answer != EdgeAnswer.Ack ? Word(edge.Answer) : Word(EdgeAnswer.Pending),
                edge.Revision,
                edge.Sequence,
                edge.Reason,
                Math.Round(Math.Max(0, (now - edge.LastSeen).TotalSeconds), 1))),
        ];
    }

    private static string Word(EdgeAnswer answer) => answer switch
    {
        EdgeAnswer.Ack => "ack",
        EdgeAnswer.Nack => "nack",
        _ => "pending",
    };

    private ServingStatus? Serving() => store.Revisions is [var newest, ..]
        ? new ServingStatus(newest.Revision, newest.ContentHash, newest.Bundle, newest.Sequence, newest.At, newest.Resources)
        : null;

    private SourceStatus Source() => source.Last is { } look
        ? new SourceStatus(
            options.SourceDirectory,
            look.Errors.Count == 0 ? "valid" : "invalid",
            look.FileCount,
            look.At,
            [.. look.Errors.Select(error => new SourceError(error.File, error.Line, error.Column, error.Resource, error.Path, error.Message, error.ToString()))])
        : new SourceStatus(options.SourceDirectory, "loading", 0, null, []);
}
