using System.Security.Cryptography;
using System.Text.Json;
using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>
/// Asks the leader, whichever control plane it is, to act on a rollout: the question is a key under this control plane's lease, and the
/// leader's answer replaces it in the same transaction as the deed.
/// </summary>
public sealed class RolloutActions(IKeyValueStore store, FleetKeys keys, StoreMirror mirror, RolloutQueries queries, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LeaseFor = TimeSpan.FromSeconds(30);

    /// <param name="id">A rollout's number, or the beginning of a revision's name.</param>
    /// <param name="by">Who asks, for the audit.</param>
    public async Task<RolloutActionResult> ActAsync(RolloutCommandKind kind, string id, string by, CancellationToken cancel)
    {
        if (kind == RolloutCommandKind.Rollback)
        {
            return await RollbackAsync(id, by, cancel);
        }

        if (await queries.FindRolloutAsync(id, cancel) is not { } rollout)
        {
            return new RolloutActionResult(RolloutActionOutcome.NotFound, null, $"there is no rollout \"{id}\"; see \"gg rollout list\"");
        }

        if (kind != RolloutCommandKind.Retry)
        {
            return await AskAsync(new RolloutCommand { Kind = kind, Number = rollout.Number, By = by }, cancel);
        }

        return rollout.Status is RolloutStatus.Running or RolloutStatus.Paused
            ? new RolloutActionResult(RolloutActionOutcome.Conflict, queries.Detail(rollout, queries.State), "it runs")
            : queries.Revision(rollout.Bundle.ContentHash) is { } stored
                ? await AskAsync(new RolloutCommand { Kind = kind, Number = rollout.Number, By = by, Bundle = new WaitingBundle { Bundle = stored.ToBundle(), Retry = true, AskedBy = by } }, cancel)
                : new RolloutActionResult(RolloutActionOutcome.NotFound, queries.Detail(rollout, queries.State), $"the bundle of {rollout.Bundle.Revision} is not kept any more; commit it again");
    }

    /// <summary>
    /// Goes to an older revision, canary first, in the emergency lane. Without a name: a running rollout is aborted, else it is what was good
    /// before the one served.
    /// </summary>
    public async Task<RolloutActionResult> RollbackAsync(string? revision, string by, CancellationToken cancel)
    {
        var state = queries.State;
        if (revision is null && state.Running is { } running)
        {
            return await AskAsync(new RolloutCommand { Kind = RolloutCommandKind.Abort, Number = running.Number, By = by }, cancel);
        }

        var target = revision is null ? state.GoodBefore : queries.Revision(revision)?.ToBundle();
        return target is null
            ? new RolloutActionResult(RolloutActionOutcome.NotFound, null, revision is null ? "there is no revision before the one that is served" : $"no kept revision begins with \"{revision}\"")
            : await AskAsync(
                new RolloutCommand
                {
                    Kind = RolloutCommandKind.Rollback,
                    By = by,
                    Bundle = new WaitingBundle { Bundle = target, Emergency = true, Supersede = true, Retry = true, Rollback = true, AskedBy = by },
                },
                cancel);
    }

    private async Task<RolloutActionResult> AskAsync(RolloutCommand command, CancellationToken cancel)
    {
        var key = keys.Command(RandomNumberGenerator.GetHexString(16, lowercase: true));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        var lease = await store.GrantLeaseAsync(LeaseFor, patience.Token);
        try
        {
            await store.CommitAsync(
                new StoreTransaction(
                    [StoreCondition.Absent(key)],
                    [new StoreWrite.Put(key, JsonSerializer.SerializeToUtf8Bytes(new CommandEntry(command), RolloutJsonContext.Default.CommandEntry), lease)]),
                patience.Token);
            for (var state = mirror.Current; ; state = await mirror.ChangedAsync(state, patience.Token))
            {
                if (state.Find(key) is { } entry && JsonSerializer.Deserialize(entry.Value, RolloutJsonContext.Default.CommandEntry)?.Answer is { } answer)
                {
                    var rollout = await queries.FindAsync(answer.Number.ToString(System.Globalization.CultureInfo.InvariantCulture), cancel);
                    return answer.Problem is null
                        ? new RolloutActionResult(RolloutActionOutcome.Done, rollout, null)
                        : new RolloutActionResult(RolloutActionOutcome.Conflict, rollout, answer.Problem);
                }
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new RolloutActionResult(
                RolloutActionOutcome.NoLeader, null, $"no leading control plane answered within {Patience.TotalSeconds:0} s; whether it acts is not known: look before you ask again");
        }
        finally
        {
            await ReleaseAsync(lease);
        }
    }

    /// <summary>The question goes with its lease; where the store does not answer, it goes by itself.</summary>
    private async Task ReleaseAsync(long lease)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), clock);
        try
        {
            await store.RevokeLeaseAsync(lease, patience.Token);
        }
        catch (Exception problem) when (problem is StoreException or OperationCanceledException)
        {
            // It ends within half a minute.
        }
    }
}

/// <param name="Rollout">The rollout it was done to, or that it began.</param>
/// <param name="Problem">Why nothing was done; absent when it was.</param>
public sealed record RolloutActionResult(RolloutActionOutcome Outcome, RolloutDetail? Rollout, string? Problem);

/// <summary>What came of an operator's wish.</summary>
public enum RolloutActionOutcome
{
    Done,

    /// <summary>There is no such rollout or revision.</summary>
    NotFound,

    /// <summary>The rollout is not in a state for it.</summary>
    Conflict,

    /// <summary>Nobody leads, or the leader does not answer.</summary>
    NoLeader,
}
