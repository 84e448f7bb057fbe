using GlobalGateway.Contracts.Loading;
using GlobalGateway.ControlPlane.Rollouts;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Leadership;

namespace GlobalGateway.ControlPlane.Sources;

/// <summary>The way of every configuration, wherever it comes from: checked, tried on recorded requests, handed to its rollout, and its status written down.</summary>
public sealed partial class SourceDesk(ChangePlan plan, RolloutIntake intake, StoreMirror mirror, FleetKeys keys, TimeProvider clock, ILogger<SourceDesk> log)
{
    /// <param name="from">The folder or repository, for people.</param>
    /// <exception cref="LeadershipLostException">Another control plane leads.</exception>
    /// <exception cref="StoreException">The store gave no answer; take it again.</exception>
    public async Task<SourceRecord> TakeAsync(ILeadership term, LoadResult loaded, RevisionOrigin origin, string from, SourceWishes wishes, CancellationToken cancel)
    {
        var change = plan.Check(loaded, from);
        var record = new SourceRecord
        {
            Source = origin.Source,
            From = from,
            Standing = change.Errors.Count == 0 ? SourceStanding.Valid : SourceStanding.Invalid,
            At = clock.GetUtcNow(),
            Commit = origin.Commit,
            Author = origin.Author,
            Message = origin.Message,
            Accepted = origin.Commit,
            Files = loaded.FileCount,
            Errors = [.. change.Errors.Take(SourceRecord.ErrorsMax)],
            ErrorCount = change.Errors.Count,
        };
        if (change.Bundle is { } bundle)
        {
            // Asked before the rollout begins, so that both are compared with what was served; the rollout does not wait for the answer.
            var decisions = plan.DecideAsync(change.Resources!, cancel);
            var outcome = await intake.SubmitAsync(
                term, new Candidate(bundle, change.Resources!, origin) { Emergency = wishes.Emergency, Supersede = wishes.Supersede, Retry = wishes.Retry }, cancel);
            record = record with { Revision = outcome.Revision, Decisions = (await decisions)?.ToString() };
            if (outcome.Outcome == IntakeOutcome.Refused)
            {
                record = record with { Standing = SourceStanding.Refused, Errors = [new ResourceError(from, 0, 0, "", "", outcome.Problem!)], ErrorCount = 1 };
            }
        }

        if (record.Errors.Count > 0)
        {
            NotTaken(record.ErrorCount, record.Errors[0].ToString());
        }

        await WriteAsync(term, record, cancel);
        return record;
    }

    /// <summary>Writes down how a look ended that found nothing to take.</summary>
    public Task WriteAsync(ILeadership term, SourceRecord record, CancellationToken cancel)
    {
        var before = SourceRecord.Read(mirror.Current, keys);
        return before is not null && (before with { At = record.At }).ToJson().AsSpan().SequenceEqual(record.ToJson())
            ? Task.CompletedTask
            : term.CommitAsync([], [new StoreWrite.Put(keys.Source, record.ToJson())], cancel);
    }

    [LoggerMessage(1, LogLevel.Warning, "the source has {Count} errors, edges keep their revision; the first: {First}", EventName = "source refused")]
    private partial void NotTaken(int count, string first);
}

/// <summary>How a change asks to be rolled out; see <see cref="Candidate"/>.</summary>
public readonly record struct SourceWishes(bool Emergency = false, bool Supersede = false, bool Retry = false);
