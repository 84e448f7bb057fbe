using GlobalGateway.ControlPlane.Distribution;
using GlobalGateway.ControlPlane.Hosting;
using GlobalGateway.ControlPlane.Sources;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Rollouts;

namespace GlobalGateway.ControlPlane.Api;

/// <summary>Puts together what the API shows of the whole fleet.</summary>
public sealed class StatusQueries(ControlPlaneOptions options, RolloutQueries rollouts, IKeyValueStore store, StoreMirror mirror, FleetKeys keys, FleetBoard board, FleetView fleet)
{
    private static readonly TimeSpan StorePatience = TimeSpan.FromSeconds(1);

    /// <summary>Whether there is a revision for edges.</summary>
    public bool IsReady => rollouts.Serving is not null;

    public FleetStatus Status() => new(options.Fleet, Serving(), Source(), Edges());

    /// <summary>With how full the store is, where it says so in time: the rest of the status does not wait for it.</summary>
    public async Task<FleetStatus> StatusAsync(CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(StorePatience);
        try
        {
            return Status() with { Store = StoreStatus.Of(await store.StandingAsync(patience.Token)) };
        }
        catch (Exception problem) when (problem is StoreException || (problem is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return Status();
        }
    }

    public IReadOnlyList<EdgeStatus> Edges() => [.. fleet.Edges.Select(StatusOf)];

    private EdgeStatus StatusOf(EdgeState edge)
    {
        var report = edge.Report;
        var told = board.Notices.PointerFor(report.Region, report.Name)?.Sequence ?? 0;
        return new EdgeStatus(
            report.Region,
            report.Name,
            edge.Connected,
            !edge.Connected && edge.Age > Contracts.Fleet.FleetProtocol.SilenceMax ? "unknown" : report.AnswerSequence == told || report.Answer == EdgeAnswer.Nack ? Word(report.Answer) : Word(EdgeAnswer.Pending),
            report.Revision,
            report.Sequence,
            report.Reason,
            Math.Round(Math.Max(0, edge.Age.TotalSeconds), 1),
            report.Bundle,
            report.Revocations,
            report.Draining,
            report.TrustedKeys,
            report.SignedBy);
    }

    private static string Word(EdgeAnswer answer) => answer switch
    {
        EdgeAnswer.Ack => "ack",
        EdgeAnswer.Nack => "nack",
        _ => "pending",
    };

    private ServingStatus? Serving() => rollouts.Serving is { } bundle
        ? new ServingStatus(bundle.Revision, bundle.ContentHash, bundle.Bundle, rollouts.State.Sequence, bundle.At, bundle.Resources)
        : null;

    private SourceStatus Source() => SourceRecord.Read(mirror.Current, keys) is { } look
        ? new SourceStatus(
            look.From,
            look.Standing == SourceStanding.Valid ? "valid" : "invalid",
            look.Files,
            look.At,
            [.. look.Errors.Select(error => new SourceError(error.File, error.Line, error.Column, error.Resource, error.Path, error.Message, error.ToString()))])
        : new SourceStatus(options.SourceDirectory ?? options.Git?.ToString() ?? "gg apply", "loading", 0, null, []);
}
