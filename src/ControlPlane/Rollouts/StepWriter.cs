using System.Text.Json;
using System.Text.Json.Nodes;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.ControlPlane.Audit;
using GlobalGateway.ControlPlane.Distribution;
using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>Writes a step: the state, the pointers it speaks of, what ended, and the audit, in one transaction or not at all.</summary>
internal sealed partial class StepWriter(EngineParts parts, NamedTerm term)
{
    private readonly ILogger _log = parts.Log;

    /// <summary>The version of the state last written.</summary>
    public long Written { get; private set; }

    /// <param name="asking">The question that is being asked already.</param>
    /// <param name="kept">Pointers that edges hold and the store has lost; written as they are.</param>
    /// <returns>False when a key is not as the mirror shows it.</returns>
    public async Task<bool> WriteAsync(
        string name, RolloutStep step, string? asking, MirroredState mirrored, (StoreEntry At, CommandEntry Entry)? command, IReadOnlyList<SignedDocument> kept, CancellationToken cancel)
    {
        var conditions = new List<StoreCondition>();
        var writes = new List<StoreWrite>();
        Change(new StoreWrite.Put(parts.Keys.Rollout, step.State.ToJson()));
        foreach (var move in step.Moves)
        {
            Change(new StoreWrite.Put(parts.Keys.Pointer(move.Cohort), Bytes(Sign(move))));
        }

        foreach (var document in kept)
        {
            Change(new StoreWrite.Put(parts.Keys.Pointer(document.Audience), Bytes(document)));
        }

        foreach (var cohort in step.Dropped)
        {
            Change(new StoreWrite.Delete(parts.Keys.Pointer(cohort)));
        }

        if (step.TakesWaiting)
        {
            Change(new StoreWrite.Delete(parts.Keys.Waiting));
        }

        if (step.Answer is { } answer && command is { } asked)
        {
            Change(new StoreWrite.Put(
                asked.At.Key, JsonSerializer.SerializeToUtf8Bytes(asked.Entry with { Answer = answer }, RolloutJsonContext.Default.CommandEntry), asked.At.Lease));
        }

        if (step.State.Running is { } running && running.Stage < running.Stages.Count && running.Running is { Probe: { } probe } stage && probe != asking)
        {
            writes.Add(new StoreWrite.Put(
                parts.Keys.Probe, new ProbeQuestion(probe, [.. stage.Edges.Select(edge => Cohort.Edge(edge.Region, edge.Name))]).ToJson()));
        }

        if (step.Begun is { Lane: not RolloutLane.Owed } begun)
        {
            writes.Add(new StoreWrite.Put(
                parts.Keys.Revision(step.State.Sequence), JsonSerializer.SerializeToUtf8Bytes(StoredRevision.Of(begun.Bundle, step.State.Sequence), RolloutJsonContext.Default.StoredRevision)));
        }

        writes.AddRange(step.Ended.Select(ended => new StoreWrite.Put(
            parts.Keys.EndedRollout(ended.Number), JsonSerializer.SerializeToUtf8Bytes(ended, RolloutJsonContext.Default.Rollout))));
        writes.AddRange(step.Events.Select(happened => parts.Audit.Entry(
            happened.Who,
            happened.What,
            $"rollouts/{happened.Number}",
            new AuditChange(Named(happened.Before), Named(happened.After)),
            happened.Detail)));
        if (!await term.CommitAsync(name, conditions, writes, cancel))
        {
            return false;
        }

        Written = step.State.Version;
        foreach (var happened in step.Events)
        {
            Happened(happened.What, happened.Number, happened.After, happened.Detail);
        }

        return true;

        void Change(StoreWrite write)
        {
            conditions.Add(new StoreCondition.ChangedAt(write.Key, mirrored.Find(write.Key)?.ModRevision ?? 0));
            writes.Add(write);
        }
    }

    private static JsonValue? Named(string? revision) => revision is null ? null : JsonValue.Create(revision);

    private static byte[] Bytes(SignedDocument document) => JsonSerializer.SerializeToUtf8Bytes(document, BundleJsonContext.Default.SignedDocument);

    private SignedDocument Sign(PointerMove move) => SignedDocument.Sign(
        parts.Key,
        SignedType.Pointer,
        parts.Keys.Fleet,
        move.Cohort,
        move.Sequence,
        JsonSerializer.SerializeToUtf8Bytes(new BundlePointer { Bundle = move.Bundle, ContentHash = move.ContentHash, LastGood = move.LastGood }, BundleJsonContext.Default.BundlePointer));

    [LoggerMessage(1, LogLevel.Information, "{What}: rollout {Number} of {Revision} {Detail}", EventName = "rollout")]
    private partial void Happened(string what, long number, string? revision, string? detail);
}
