using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Canonical;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Bundles;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Leadership;

namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>Puts a compiled revision into the store, where it waits for its rollout: chunks first, the manifest next, that it waits last.</summary>
public sealed class RolloutIntake(
    IKeyValueStore store, FleetKeys keys, StoreMirror mirror, BundleShelf shelf, RevisionCollector collector, SigningKey key, Failpoint? failpoint = null)
{
    /// <returns>What becomes of it; a rollout begins within moments where it waits.</returns>
    /// <exception cref="LeadershipLostException">Another control plane leads.</exception>
    /// <exception cref="StoreUnavailableException">The store gave no answer; submit it again.</exception>
    public async Task<IntakeResult> SubmitAsync(ILeadership term, Candidate candidate, CancellationToken cancel)
    {
        var bundle = candidate.Bundle;
        using (await collector.KeepAsync(cancel))
        {
            var state = await ReadAsync(cancel);
            var revision = ContentHash.Revision(bundle.ContentHash);
            if (state.Running is { } running ? running.Bundle.ContentHash == bundle.ContentHash && await NothingWaitsAsync(cancel) : state.LastGood?.ContentHash == bundle.ContentHash)
            {
                return new IntakeResult(IntakeOutcome.Known, revision);
            }

            if (!candidate.Retry && state.Refused.Contains(bundle.ContentHash))
            {
                return new IntakeResult(
                    IntakeOutcome.Refused, revision, $"{revision} was rolled back; change it, or try it again with \"gg rollout retry {revision}\"");
            }

            if ((await store.StandingAsync(cancel)).Share >= StoreStanding.RefuseAt)
            {
                return new IntakeResult(IntakeOutcome.Refused, revision, RolloutEngine.StoreIsFull);
            }

            var named = new NamedTerm(term, keys, failpoint);
            var stored = Revisions(mirror.Current, keys).FirstOrDefault(known => known.ContentHash == bundle.ContentHash);
            if (stored is null || await shelf.ManifestAsync(stored.Bundle, cancel) is null)
            {
                // What leaves here has been read back the way an edge will read it.
                BundleReader.Resources(BundleReader.Manifest(bundle.Manifest, bundle.Digest), digest => bundle.Chunks.GetValueOrDefault(digest));
                stored = null;
                var manifest = SignedDocument.Sign(key, SignedType.Manifest, keys.Fleet, BundleFormat.WholeFleet, state.Sequence + 1, bundle.Manifest);
                await shelf.PutAsync(named, bundle.Chunks, bundle.Digest, manifest, cancel);
            }

            var waiting = new WaitingBundle
            {
                Bundle = Describe(candidate, stored?.Bundle ?? bundle.Digest),
                Emergency = candidate.Emergency,
                Supersede = candidate.Supersede,
                Retry = candidate.Retry,
                AskedBy = candidate.Origin.Author ?? candidate.Origin.Source,
            };
            await named.CommitAsync(
                StoreWrites.Waiting, [], [new StoreWrite.Put(keys.Waiting, JsonSerializer.SerializeToUtf8Bytes(waiting, RolloutJsonContext.Default.WaitingBundle))], cancel);
            return new IntakeResult(IntakeOutcome.Waits, revision);
        }
    }

    /// <summary>Newest first.</summary>
    internal static IEnumerable<StoredRevision> Revisions(MirroredState state, FleetKeys keys) => state.Under(keys.Revisions).Reverse()
        .Select(entry => JsonSerializer.Deserialize(entry.Value, RolloutJsonContext.Default.StoredRevision)).OfType<StoredRevision>();

    private static RolloutBundle Describe(Candidate candidate, string digest) => RolloutBundle.Of(
        candidate.Resources,
        digest,
        candidate.Bundle.ContentHash,
        JsonSerializer.Deserialize(candidate.Bundle.Manifest, BundleJsonContext.Default.BundleManifest)!.CreatedAt,
        candidate.Origin);

    // Not from the mirror, which may be a moment behind the engine's last write.
    private async Task<RolloutState> ReadAsync(CancellationToken cancel) =>
        (await store.RangeAsync(StoreQuery.One(keys.Rollout), cancel)).Single is { } entry ? RolloutState.FromJson(entry.Value) : new RolloutState();

    private async Task<bool> NothingWaitsAsync(CancellationToken cancel) => (await store.RangeAsync(StoreQuery.One(keys.Waiting), cancel)).Single is null;
}

/// <param name="Problem">Why it is refused.</param>
public sealed record IntakeResult(IntakeOutcome Outcome, string Revision, string? Problem = null);

/// <summary>What becomes of a submitted revision.</summary>
public enum IntakeOutcome
{
    /// <summary>It waits; a rollout begins as soon as the rules allow it.</summary>
    Waits,

    /// <summary>It is what is served, or is being rolled out.</summary>
    Known,
    Refused,
}
