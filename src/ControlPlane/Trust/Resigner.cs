using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Audit;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Leadership;

namespace GlobalGateway.ControlPlane.Trust;

/// <summary>
/// Signs what is served and stored anew with the key that this control plane signs with now, so that the key before can be taken away.
/// Nothing but signatures changes: sequences and payloads stay, and edges take them without rebuilding anything.
/// </summary>
public sealed class Resigner(IKeyValueStore store, FleetKeys keys, SigningKey signing, AuditLog audit) : ILeaderDuty
{
    private volatile ILeadership? _term;

    public string KeyId => signing.Id;

    public async Task RunAsync(ILeadership term)
    {
        _term = term;
        await Task.Delay(Timeout.Infinite, term.Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.CompareExchange(ref _term, null, term);
    }

    /// <summary>
    /// Manifests first: an edge that is told a pointer signed anew fetches its manifest's signature, too. The audit's record comes before all
    /// of them, because they are too many for one transaction.
    /// </summary>
    /// <param name="by">Who asked for it, for the audit.</param>
    /// <exception cref="LeadershipLostException">This control plane does not lead.</exception>
    /// <exception cref="StoreException">The store cannot be used; doing it again goes on where it stopped.</exception>
    public async Task<ResignResult> RunAsync(string by, CancellationToken cancel)
    {
        var term = _term ?? throw new LeadershipLostException("this control plane does not lead");
        await term.CommitAsync([], [audit.Entry(by, "trust.resign", $"keys/{signing.Id}")], cancel);
        var manifests = await ResignAsync(term, keys.Manifests, cancel);
        var pointers = await ResignAsync(term, keys.Pointers, cancel);
        var revocations = await ResignAsync(term, keys.Revocations, cancel);
        return new ResignResult(signing.Id, manifests.Done, pointers.Done, revocations.Done, manifests.Left + pointers.Left + revocations.Left);
    }

    private async Task<(int Done, int Left)> ResignAsync(ILeadership term, string prefix, CancellationToken cancel)
    {
        var (done, left) = (0, 0);
        foreach (var key in await KeysAsync(prefix, cancel))
        {
            if ((await store.RangeAsync(StoreQuery.One(key), cancel)).Single is not { } entry
                || JsonSerializer.Deserialize(entry.Value, BundleJsonContext.Default.SignedDocument) is not { } document || document.KeyId == signing.Id)
            {
                continue;
            }

            var next = SignedDocument.Sign(signing, document.Type, document.Fleet, document.Audience, document.Sequence, document.Payload);
            var written = await term.CommitAsync(
                [new StoreCondition.ChangedAt(key, entry.ModRevision)],
                [new StoreWrite.Put(key, JsonSerializer.SerializeToUtf8Bytes(next, BundleJsonContext.Default.SignedDocument))],
                cancel);
            _ = written ? done++ : left++;
        }

        return (done, left);
    }

    private async Task<IReadOnlyList<string>> KeysAsync(string prefix, CancellationToken cancel)
    {
        var all = new List<string>();
        StoreRange page;
        string? after = null;
        do
        {
            page = await store.RangeAsync(new StoreQuery(prefix, Prefix: true, after, KeysOnly: true), cancel);

            // The list's own key is also how the keys of requests for it begin.
            all.AddRange(page.Entries.Select(entry => entry.Key).Where(key => prefix.EndsWith('/') || key == prefix));
            after = page.Entries is [.., var last] ? last.Key : null;
        }
        while (page.More);
        return all;
    }
}

/// <summary>How many documents were signed anew.</summary>
/// <param name="KeyId">Of the key that signs now.</param>
/// <param name="Left">Documents that were changed meanwhile; doing it again signs them.</param>
public sealed record ResignResult(string KeyId, int Manifests, int Pointers, int Revocations, int Left);
