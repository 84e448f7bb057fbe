using System.Globalization;
using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.ControlPlane.Distribution;
using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>What any control plane can tell of rollouts and revisions.</summary>
public sealed class RolloutQueries(IKeyValueStore store, FleetKeys keys, StoreMirror mirror, FleetView fleet)
{
    /// <summary>As of the mirror; empty before the first rollout.</summary>
    public RolloutState State => mirror.Current.Find(keys.Rollout) is { } entry ? RolloutState.FromJson(entry.Value) : new RolloutState();

    /// <summary>The revision that completed every stage last; while the first one of a fleet is on its way, that one.</summary>
    public RolloutBundle? Serving => State is var state && state.LastGood is { } good ? good : state.Running?.Bundle;

    /// <summary>Revisions whose bundles are kept, newest first.</summary>
    public IReadOnlyList<StoredRevision> Revisions => [.. RolloutIntake.Revisions(mirror.Current, keys)];

    /// <summary>Newest first, the running one included.</summary>
    public async Task<IReadOnlyList<RolloutDetail>> ListAsync(int limit, CancellationToken cancel)
    {
        var state = State;
        var ended = await EndedAsync(cancel);
        IEnumerable<Rollout> all = state.Running is { } running ? ended.Prepend(running) : ended;
        return [.. all.Take(limit).Select(rollout => Detail(rollout, state))];
    }

    /// <param name="id">A rollout's number, or the beginning of a revision's name, which means its newest rollout.</param>
    public async Task<RolloutDetail?> FindAsync(string id, CancellationToken cancel) =>
        await FindRolloutAsync(id, cancel) is { } rollout ? Detail(rollout, State) : null;

    internal async Task<Rollout?> FindRolloutAsync(string id, CancellationToken cancel)
    {
        if (State.Running is { } running && Is(running, id))
        {
            return running;
        }

        return (await EndedAsync(cancel)).FirstOrDefault(rollout => Is(rollout, id));
    }

    /// <param name="name">The beginning of a revision's name; several that begin so are none.</param>
    internal StoredRevision? Revision(string name) =>
        name.Length >= 4 && Revisions.Where(revision => revision.ContentHash.StartsWith(name, StringComparison.Ordinal)).DistinctBy(revision => revision.ContentHash).ToList() is [var only] ? only : null;

    // A name of digits alone may be both; the number wins where there is such a rollout, because names can be written longer.
    private static bool Is(Rollout rollout, string id) =>
        (long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && rollout.Number == number)
        || (id.Length >= 4 && rollout.Bundle.ContentHash.StartsWith(id, StringComparison.Ordinal));

    private async Task<List<Rollout>> EndedAsync(CancellationToken cancel) =>
    [
        .. (await store.RangeAsync(StoreQuery.All(keys.EndedRollouts), cancel)).Entries.Reverse()
            .Select(entry => JsonSerializer.Deserialize(entry.Value, RolloutJsonContext.Default.Rollout)).OfType<Rollout>(),
    ];

    internal RolloutDetail Detail(Rollout rollout, RolloutState state)
    {
        var runs = state.Running?.Number == rollout.Number;
        var progress = runs && mirror.Current.Find(keys.Progress) is { } entry ? JsonSerializer.Deserialize(entry.Value, RolloutJsonContext.Default.StageProgress) : null;
        return new RolloutDetail(
            rollout.Number,
            rollout.Bundle.Revision,
            rollout.Bundle.Bundle,
            rollout.Bundle.ContentHash,
            rollout.From?.Revision,
            rollout.Lane,
            rollout.Status,
            rollout.AskedBy,
            rollout.Bundle.Origin,
            rollout.StartedAt,
            rollout.EndedAt,
            rollout.Reason,
            rollout.Evidence,
            [
                .. rollout.Stages.Select((stage, index) => Detail(
                    rollout, stage, state, progress is not null && progress.Number == rollout.Number && progress.Stage == index ? progress : null, runs && index == rollout.Stage)),
            ],
            state.Owed,
            runs && mirror.Current.Find(keys.Waiting) is { } waiting && JsonSerializer.Deserialize(waiting.Value, RolloutJsonContext.Default.WaitingBundle) is { } next
                ? new WaitingDetail(next.Bundle.Revision, next.AskedBy, next.Bundle.Origin.Message)
                : null);
    }

    private StageDetail Detail(Rollout rollout, StageState stage, RolloutState state, StageProgress? progress, bool current)
    {
        int? acknowledged = current && stage.Status == StageStatus.Runs
            ? stage.Edges.Count(counted => fleet.Edges.Any(edge => edge.Report.Region == counted.Region && edge.Report.Name == counted.Name
                && RolloutTurn.Told(state, counted.Region, counted.Name) is { } told && edge.Report.Sequence >= told.Sequence))
            : null;
        return new StageDetail(
            Progress.Name(stage),
            stage.Kind,
            stage.Region,
            stage.Status,
            stage.Bake.TotalSeconds,
            Math.Max(rollout.Rules.MaxBake.TotalSeconds, stage.Bake.TotalSeconds),
            [.. stage.Edges.Select(edge => Cohort.Edge(edge.Region, edge.Name))],
            acknowledged,
            stage.StartedAt,
            current ? progress?.AgeSeconds : null,
            stage.WaitsForPromote,
            (current ? progress?.Missing : null) ?? (stage.Status == StageStatus.Passed ? null : stage.Note),
            current ? progress?.Evidence : stage.Status == StageStatus.Passed ? stage.Note : null);
    }
}
