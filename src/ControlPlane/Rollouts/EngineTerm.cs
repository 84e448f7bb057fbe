using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>One term of the engine; its memory of times and samples ends with it.</summary>
internal sealed partial class EngineTerm(EngineParts parts, NamedTerm term)
{
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StandingEvery = TimeSpan.FromSeconds(30);

    private readonly ILogger _log = parts.Log;
    private readonly StageWatch _watch = new(parts, term);
    private readonly StepWriter _writer = new(parts, term);
    private long _standingAt = -1;
    private string? _refuses;
    private Task _collecting = Task.CompletedTask;

    public async Task RunAsync(CancellationToken ended)
    {
        try
        {
            await MirrorIsCurrentAsync(ended);
            await BeginAsync(ended);
            while (true)
            {
                // Taken before anything is looked at: what happens meanwhile ends the wait at once.
                var mirrored = parts.Mirror.Current;
                var edges = parts.Registry.Changed;
                bool wrote;
                try
                {
                    wrote = await TurnAsync(mirrored, ended);
                }
                catch (StoreUnavailableException problem)
                {
                    // Whether it was written shows in the mirror; the conditions of the next write hold only then.
                    NotWritten(problem.Message);
                    await Task.Delay(LooksEvery, parts.Clock, ended);
                    continue;
                }

                if (!wrote)
                {
                    using var waits = CancellationTokenSource.CreateLinkedTokenSource(ended);
                    await Task.WhenAny(edges, parts.Mirror.ChangedAsync(mirrored, waits.Token), Task.Delay(LooksEvery, parts.Clock, waits.Token));
                    await waits.CancelAsync();
                    ended.ThrowIfCancellationRequested();
                }
            }
        }
        finally
        {
            await _collecting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>Whether something was written, or must be read again.</returns>
    private async Task<bool> TurnAsync(MirroredState mirrored, CancellationToken ended)
    {
        var entry = mirrored.Find(parts.Keys.Rollout);
        var state = entry is null ? new RolloutState() : RolloutState.FromJson(entry.Value);
        if (state.Version < _writer.Written)
        {
            // The mirror has not shown the last write yet.
            await parts.Mirror.ChangedAsync(mirrored, ended);
            return true;
        }

        await LookAtStandingAsync(ended);
        var command = Command(mirrored);
        var view = _watch.See(state, mirrored, command?.Entry.Command, _refuses);
        var step = RolloutMachine.Step(state, view);
        if (!step.Changes(state))
        {
            await _watch.TellAsync(state, view, ended);
            return false;
        }

        var written = await _writer.WriteAsync(StoreWrites.NameOf(step), step, Asking(state), mirrored, command, [], ended);
        if (!written)
        {
            await parts.Mirror.ChangedAsync(mirrored, ended);
        }
        else if (step.Ended.Count > 0 && _collecting.IsCompleted)
        {
            _collecting = CollectAsync(ended);
        }

        return true;
    }

    private async Task CollectAsync(CancellationToken ended)
    {
        try
        {
            await parts.Collector.CollectAsync(term, ended);
        }
        catch (Exception problem) when (problem is StoreException or JsonException or BundleException)
        {
            // The end of the next rollout tries again.
            NotCollected(problem.Message);
        }
    }

    /// <summary>Hears what edges hold before anything is written, unless the fleet is new.</summary>
    private async Task BeginAsync(CancellationToken ended)
    {
        var mirrored = parts.Mirror.Current;
        if (mirrored.Find(parts.Keys.Rollout) is null && !mirrored.Under(parts.Keys.Pointers).Any() && FoundingRecord.Read(mirrored.Find(parts.Keys.Founding)) is { Recovered: false })
        {
            return;
        }

        await Task.Delay(RolloutEngine.ListensFor, parts.Clock, ended);
        while (true)
        {
            mirrored = parts.Mirror.Current;
            var entry = mirrored.Find(parts.Keys.Rollout);
            var state = entry is null ? new RolloutState() : RolloutState.FromJson(entry.Value);
            var held = Held();
            var known = await KnownAsync(mirrored, held.Values, ended);
            var step = RolloutMachine.Begin(
                state,
                _watch.See(state, mirrored, null, null),
                held.ToDictionary(document => document.Key, document => PointerOf(document.Value), StringComparer.Ordinal),
                known.GetValueOrDefault);
            if (!step.Changes(state))
            {
                return;
            }

            TakesBack(held.Count, step.State.Sequence);
            var moved = step.Moves.Select(move => move.Cohort).ToHashSet(StringComparer.Ordinal);
            var kept = held.Where(document => !moved.Contains(document.Key) && step.State.Cohorts.GetValueOrDefault(document.Key)?.Sequence == document.Value.Sequence)
                .Select(document => document.Value).ToList();
            if (await _writer.WriteAsync(StoreWrites.TakenBack, step, null, mirrored, null, kept, ended))
            {
                return;
            }

            await parts.Mirror.ChangedAsync(mirrored, ended);
        }
    }

    /// <summary>The bundles that the store has, and those it lost that an edge still has, which are brought back.</summary>
    private async Task<Dictionary<string, RolloutBundle>> KnownAsync(MirroredState mirrored, IEnumerable<SignedDocument> held, CancellationToken ended)
    {
        var known = RolloutIntake.Revisions(mirrored, parts.Keys).DistinctBy(revision => revision.Bundle).ToDictionary(revision => revision.Bundle, revision => revision.ToBundle(), StringComparer.Ordinal);
        foreach (var pointer in held.OrderByDescending(document => document.Sequence))
        {
            var target = BundleReader.Pointer(pointer);
            foreach (var bundle in new[] { target.Bundle, target.LastGood }.OfType<string>().Where(bundle => !known.ContainsKey(bundle)).Distinct())
            {
                if (await parts.Recovery.RecoverAsync(term, bundle, ended) is not { } recovered)
                {
                    continue;
                }

                known[bundle] = RolloutBundle.Of(recovered.Resources, bundle, recovered.ContentHash, recovered.CreatedAt, new RevisionOrigin("recovered"));
                await term.CommitAsync(
                    StoreWrites.Recovered,
                    [],
                    [new StoreWrite.Put(parts.Keys.Revision(pointer.Sequence), JsonSerializer.SerializeToUtf8Bytes(StoredRevision.Of(known[bundle], pointer.Sequence), RolloutJsonContext.Default.StoredRevision))],
                    ended);
            }
        }

        return known;
    }

    /// <summary>The highest pointer of each cohort that an edge has shown, made by the fleet's own key.</summary>
    private Dictionary<string, SignedDocument> Held() => parts.Fleet.Edges.Where(edge => edge.Connected).Select(edge => edge.Report.Held).OfType<SignedDocument>()
        .Where(document => parts.Trust.IsOwn(document, SignedType.Pointer))
        .Where(document => document.Audience != BundleFormat.WholeFleet)
        .GroupBy(document => document.Audience, StringComparer.Ordinal)
        .ToDictionary(cohort => cohort.Key, cohort => cohort.MaxBy(document => document.Sequence)!, StringComparer.Ordinal);

    private static string? Asking(RolloutState state) => state.Running is { } running && running.Stage < running.Stages.Count ? running.Running.Probe : null;

    private static CohortPointer PointerOf(SignedDocument document)
    {
        var pointer = BundleReader.Pointer(document);
        return new CohortPointer(pointer.Bundle, pointer.ContentHash, document.Sequence, pointer.LastGood);
    }

    private (StoreEntry At, CommandEntry Entry)? Command(MirroredState mirrored)
    {
        foreach (var entry in mirrored.Under(parts.Keys.Commands))
        {
            if (JsonSerializer.Deserialize(entry.Value, RolloutJsonContext.Default.CommandEntry) is { Answer: null } command)
            {
                return (entry, command);
            }
        }

        return null;
    }

    /// <summary>What was written before this term began must be in the mirror before anything is decided.</summary>
    private async Task MirrorIsCurrentAsync(CancellationToken ended)
    {
        var now = (await parts.Store.RangeAsync(StoreQuery.One(parts.Keys.Rollout), ended)).Single;
        for (var mirrored = parts.Mirror.Current; mirrored.Revision == 0 || mirrored.Find(parts.Keys.Rollout)?.ModRevision != now?.ModRevision;)
        {
            mirrored = await parts.Mirror.ChangedAsync(mirrored, ended);
        }
    }

    private async Task LookAtStandingAsync(CancellationToken ended)
    {
        if (_standingAt >= 0 && parts.Clock.GetElapsedTime(_standingAt) < StandingEvery)
        {
            return;
        }

        _refuses = (await parts.Store.StandingAsync(ended)).Share >= StoreStanding.RefuseAt ? RolloutEngine.StoreIsFull : null;
        _standingAt = parts.Clock.GetTimestamp();
    }

    [LoggerMessage(2, LogLevel.Warning, "the store does not answer, the rollout waits: {Why}", EventName = "rollout waits")]
    private partial void NotWritten(string why);

    [LoggerMessage(3, LogLevel.Warning, "old revisions are not deleted: {Why}", EventName = "revisions kept")]
    private partial void NotCollected(string why);

    [LoggerMessage(1, LogLevel.Warning, "edges hold pointers that the store does not know ({Cohorts} cohorts heard); it goes on above {Sequence}", EventName = "store rewound")]
    private partial void TakesBack(int cohorts, long sequence);
}
