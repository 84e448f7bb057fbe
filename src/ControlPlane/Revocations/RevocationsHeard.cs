using GlobalGateway.Contracts.Bundles;
using GlobalGateway.ControlPlane.Distribution;
using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.ControlPlane.Revocations;

/// <summary>Hands the leader a revocation list that an edge holds and the store does not: a store that lost it gets it back. Any control plane does so.</summary>
public sealed class RevocationsHeard(IKeyValueStore store, FleetKeys keys, StreamTrust trust)
{
    private const int TriesMax = 5;

    /// <summary>Keeps the list for the leader if the fleet's own key signed it and it is newer than all the store has.</summary>
    /// <exception cref="StoreUnavailableException">The store gave no answer.</exception>
    public async Task OfferAsync(SignedDocument document, CancellationToken cancel)
    {
        if (!trust.IsOwn(document, SignedType.Revocations))
        {
            return;
        }

        for (var tried = 0; tried < TriesMax; tried++)
        {
            var held = await StoredRevocations.ReadAsync(store, keys.RevocationsHeld, cancel);
            if (held.Sequence >= document.Sequence || (await StoredRevocations.ReadAsync(store, keys.Revocations, cancel)).Sequence >= document.Sequence)
            {
                return;
            }

            var commit = await store.CommitAsync(
                new StoreTransaction(
                    [new StoreCondition.ChangedAt(keys.RevocationsHeld, held.ModRevision)],
                    [new StoreWrite.Put(keys.RevocationsHeld, StoredRevocations.Bytes(document))]),
                cancel);
            if (commit.Applied)
            {
                return;
            }
        }
    }
}
