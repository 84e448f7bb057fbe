using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.ControlPlane.Distribution;
using GlobalGateway.ControlPlane.Gates;
using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>The engine's eyes: how long the stage runs, what its edges tell, what the gate says of it, and what they answered when asked.</summary>
internal sealed class StageWatch(EngineParts parts, NamedTerm term)
{
    private static readonly TimeSpan ToldEvery = TimeSpan.FromSeconds(2);

    private readonly SampleHistory _history = new(parts.Clock);
    private readonly Dictionary<string, EdgeProcess> _processes = new(StringComparer.Ordinal);
    private (long Rollout, int Stage, DateTimeOffset? StartedAt) _stage = (-1, -1, null);
    private long _began;
    private long _toldAt;

    public RolloutView See(RolloutState state, MirroredState mirrored, RolloutCommand? command, string? refuses)
    {
        var edges = parts.Fleet.Edges;
        foreach (var edge in edges)
        {
            if (edge.Report.Sample is { } sample)
            {
                _history.Add(edge.Report.Id, edge.Report.Boot, sample);
            }
        }

        if (state.Current is { Status: RolloutStatus.RolledBack or RolloutStatus.Aborted } ended && ended.Bundle.Bundle != state.LastGood?.Bundle)
        {
            _history.Forget(ended.Bundle.Bundle);
        }

        Begin(state.Running);
        // What was written before this term may be of a store that was set back since: it says nothing of the edge as it is.
        var since = mirrored.Find(parts.Keys.Leader)?.CreateRevision ?? 0;
        var facts = edges.Select(edge => Facts(edge, edge.WrittenAt > since)).ToList();
        var age = parts.Clock.GetElapsedTime(_began);
        return new RolloutView
        {
            Edges = facts,
            Waiting = mirrored.Find(parts.Keys.Waiting) is { } waiting ? JsonSerializer.Deserialize(waiting.Value, RolloutJsonContext.Default.WaitingBundle) : null,
            Command = command,
            Verdict = state.Running is { } rollout && rollout.Stage < rollout.Stages.Count ? Judge(rollout, facts, age) : null,
            StageAge = age,
            Past = (cohort, bundle) => Past(cohort, bundle, facts),
            Refuses = refuses,
            Now = parts.Clock.GetUtcNow(),
        };
    }

    /// <summary>Writes how far the stage is, for whoever watches; not more often than every two seconds.</summary>
    public async Task TellAsync(RolloutState state, RolloutView view, CancellationToken cancel)
    {
        if (state.Running is not { } rollout || rollout.Stage >= rollout.Stages.Count || rollout.Running.Status != StageStatus.Runs
            || parts.Clock.GetElapsedTime(_toldAt) < ToldEvery)
        {
            return;
        }

        _toldAt = parts.Clock.GetTimestamp();
        var told = new StageProgress(
            rollout.Number, rollout.Stage, Math.Round(view.StageAge.TotalSeconds, 1), view.Verdict?.Evidence, view.Verdict is { Outcome: GateOutcome.Inconclusive } verdict ? verdict.Reason : null);
        await term.CommitAsync(
            StoreWrites.Progress, [], [new StoreWrite.Put(parts.Keys.Progress, JsonSerializer.SerializeToUtf8Bytes(told, RolloutJsonContext.Default.StageProgress))], cancel);
    }

    private void Begin(Rollout? running)
    {
        // A stage whose canary was replaced begins anew.
        var stage = running is null || running.Stage >= running.Stages.Count ? (-1, -1, null) : (running.Number, running.Stage, running.Running.StartedAt);
        if (stage != _stage)
        {
            _stage = stage;
            _began = _toldAt = parts.Clock.GetTimestamp();
            _history.Mark();
        }
    }

    private EdgeFacts Facts(EdgeState edge, bool isFresh)
    {
        var report = edge.Report;
        var process = _processes.GetValueOrDefault(report.Id, new EdgeProcess(report.Boot, false, false));
        if (process.Boot != report.Boot)
        {
            process = new EdgeProcess(report.Boot, AskedFor: process.Leaving, Leaving: false);
        }

        _processes[report.Id] = process with { Leaving = report.Draining || report.LeftByItself };
        var held = report.Held is { } document && document.Sequence >= report.Sequence ? document : null;
        return new EdgeFacts
        {
            Region = report.Region,
            Name = report.Name,
            Connected = edge.Connected && isFresh,
            Draining = report.Draining,
            HasTraffic = _history.HasTraffic(report.Id),
            Boot = report.Boot,
            Held = held?.Sequence ?? report.Sequence,
            HeldBundle = held is null ? report.Bundle : BundleReader.Pointer(held).Bundle,
            HeldAudience = held?.Audience,
            Acknowledged = report.Sequence,
            Serves = report.Bundle,
            Refused = report.Answer == EdgeAnswer.Nack ? report.AnswerSequence : 0,
            RefusedWhy = report.Reason,
            Away = edge.Away,
            LeftByItself = edge.Connected ? process.AskedFor : report.LeftByItself || report.Draining,
            Probe = report.Probe,
            ProbeFailures = report.ProbeFailures,
        };
    }

    private GateVerdict? Judge(Rollout rollout, List<EdgeFacts> edges, TimeSpan age)
    {
        var stage = rollout.Running;
        if (stage.Status != StageStatus.Runs || stage.Kind == StageKind.All)
        {
            return null;
        }

        var counted = stage.Edges.Select(edge => Cohort.Edge(edge.Region, edge.Name)).ToHashSet(StringComparer.Ordinal);
        var before = stage.Before ?? GateCounts.None;
        var others = stage.Kind == StageKind.Canary
            ? _history.NotUnder(rollout.Bundle.Bundle, edges.Where(edge => edge.Region == stage.Region && !counted.Contains(edge.Id)).Select(edge => edge.Id))
            : GateCounts.None;
        return Gate.Judge(
            rollout.Rules.Gates, _history.Under(rollout.Bundle.Bundle, counted), others.Requests >= Gate.RequestsMin ? others : before, before, age >= stage.Bake);
    }

    private GateCounts? Past(string cohort, string bundle, List<EdgeFacts> edges)
    {
        var past = _history.Before(bundle, edges.Where(edge => edge.Id == cohort || edge.Region == cohort).Select(edge => edge.Id));
        return past.Requests == 0 ? null : past;
    }

    /// <param name="AskedFor">It began after the one before it had said goodbye.</param>
    /// <param name="Leaving">Whether it was about to leave, or had left, when it was last seen.</param>
    private sealed record EdgeProcess(string Boot, bool AskedFor, bool Leaving);
}
