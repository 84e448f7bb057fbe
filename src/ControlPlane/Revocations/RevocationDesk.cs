using System.Security.Cryptography;
using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Audit;
using GlobalGateway.ControlPlane.Hosting;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Leadership;

namespace GlobalGateway.ControlPlane.Revocations;

/// <summary>
/// Where keys are revoked: a signed list that every edge applies over any bundle. Only the leader writes it.
/// Invariants: the sequence rises above every list that an edge has shown to hold; nobody alone revokes more than the share of
/// <see cref="RevocationLimits"/>; an entry leaves only when no bundle in the store holds its key, and all can be read.
/// </summary>
public sealed partial class RevocationDesk(
    IKeyValueStore store, FleetKeys keys, KeyCensus census, SigningKey signing, AuditLog audit, ControlPlaneOptions options, TimeProvider clock, ILogger<RevocationDesk> log)
    : ILeaderDuty, IDisposable
{
    /// <summary>As the audit names it where no operator asked.</summary>
    private const string Self = "revocation desk";

    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile ILeadership? _term;

    public async Task RunAsync(ILeadership term)
    {
        _term = term;
        try
        {
            using var timer = new PeriodicTimer(RevocationLimits.HousekeepingEvery, clock);
            do
            {
                try
                {
                    await KeepHouseAsync(term.Ended);
                }
                catch (StoreException problem)
                {
                    // A store that is away or not whole is looked at again; a revocation asked for meanwhile says the same to its operator.
                    NotKept(problem.Message);
                }
            }
            while (await timer.WaitForNextTickAsync(term.Ended));
        }
        catch (OperationCanceledException) when (term.Ended.IsCancellationRequested)
        {
            // Another control plane keeps the list from here on.
        }
        finally
        {
            Interlocked.CompareExchange(ref _term, null, term);
        }
    }

    /// <summary>Revokes keys, at once or when another operator approves.</summary>
    /// <param name="hashes">SHA-256 of the keys, lower-case hex.</param>
    /// <param name="by">The operator, as the audit names it.</param>
    /// <param name="reason">For the audit.</param>
    /// <exception cref="LeadershipLostException">This control plane does not lead.</exception>
    /// <exception cref="StoreException">The store cannot be used; whether the list was written is to be looked at.</exception>
    public async Task<RevocationOutcome> RevokeAsync(IReadOnlyList<string> hashes, string by, string? reason, CancellationToken cancel)
    {
        if (hashes.Count is 0 or > RevocationLimits.KeysPerRequestMax)
        {
            return RevocationOutcome.Refused($"{hashes.Count} keys; one request revokes 1 to {RevocationLimits.KeysPerRequestMax}");
        }

        if (hashes.FirstOrDefault(hash => !BundleFormat.IsDigest(hash)) is not null)
        {
            return RevocationOutcome.Refused("a key is named by its SHA-256: 64 lower-case hex digits");
        }

        return await InTurnAsync(term => AddAsync(term, [.. hashes.Distinct(StringComparer.Ordinal)], by, reason, null, cancel), cancel);
    }

    /// <summary>Approves another operator's request.</summary>
    /// <exception cref="LeadershipLostException">This control plane does not lead.</exception>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task<RevocationOutcome> ApproveAsync(string request, string by, CancellationToken cancel) => InTurnAsync(
        async term => (await PendingAsync(cancel)).FirstOrDefault(pending => pending.Id == request) is not { } pending
            ? RevocationOutcome.Refused($"no request {request} waits; it was approved already, or is older than {RevocationLimits.PendingFor.TotalHours:0} h")
            : pending.By == by
                ? RevocationOutcome.Refused($"{by} asked for it; another operator has to approve")
                : await AddAsync(term, pending.Keys, by, null, pending, cancel),
        cancel);

    /// <summary>What waits for an approval, oldest first.</summary>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public async Task<IReadOnlyList<PendingRevocation>> PendingAsync(CancellationToken cancel)
    {
        var range = await store.RangeAsync(StoreQuery.All(keys.RevocationRequests), cancel);
        return [.. range.Entries.Select(entry => JsonSerializer.Deserialize(entry.Value, RevocationJsonContext.Default.PendingRevocation)!)
            .Where(pending => clock.GetUtcNow() - pending.At < RevocationLimits.PendingFor).OrderBy(pending => pending.At)];
    }

    public void Dispose() => _turn.Dispose();

    private async Task<RevocationOutcome> InTurnAsync(Func<ILeadership, Task<RevocationOutcome>> act, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            return await act(_term ?? throw new LeadershipLostException("this control plane does not lead"));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <param name="approved">The request that another operator has approved.</param>
    private async Task<RevocationOutcome> AddAsync(ILeadership term, IReadOnlyList<string> hashes, string by, string? reason, PendingRevocation? approved, CancellationToken cancel)
    {
        var list = await StoredRevocations.ReadAsync(store, keys.Revocations, cancel);
        var retained = await census.RetainedAsync(cancel);
        if (hashes.FirstOrDefault(hash => !retained.MayHold(hash)) is { } unknown)
        {
            return RevocationOutcome.Refused($"no bundle holds the key {unknown[..12]}…; look it up in its Tenant");
        }

        var all = list.Keys.Union(hashes).Where(hash => retained.MayHold(hash)).Order(StringComparer.Ordinal).ToArray();
        if (hashes.All(list.Keys.Contains))
        {
            return new RevocationOutcome(RevocationState.Done, list.Sequence);
        }

        if (all.Length > RevocationList.KeysMax)
        {
            return RevocationOutcome.Refused($"the list would have {all.Length:#,0} keys, {RevocationList.KeysMax:#,0} are allowed; remove revoked keys from their Tenants first");
        }

        if (approved is null && await WhyApprovalAsync(all, cancel) is { } why)
        {
            return await AskAsync(term, hashes, by, reason, why, cancel);
        }

        var sequence = Math.Max(list.Sequence, (await StoredRevocations.ReadAsync(store, keys.RevocationsHeld, cancel)).Sequence) + 1;
        StoreWrite[] also = approved is null
            ? [audit.Entry(by, "key.revoke", Subject(hashes), reason: reason)]
            : [audit.Entry(by, "key.revoke.approve", $"revocations/{approved.Id}", reason: $"{Subject(hashes)}, asked for by {approved.By}"), new StoreWrite.Delete(keys.RevocationRequests + approved.Id)];
        if (!await WriteAsync(term, list, Sign(sequence, all), also, cancel))
        {
            return RevocationOutcome.Refused("the list was changed meanwhile; ask again");
        }

        Revoked(hashes.Count, by, sequence, all.Length);
        return new RevocationOutcome(RevocationState.Done, sequence);
    }

    /// <summary>What is revoked of the serving bundle counts together, or many small requests would be a large one.</summary>
    private async Task<string?> WhyApprovalAsync(string[] all, CancellationToken cancel)
    {
        var pointers = await store.RangeAsync(StoreQuery.All(keys.Pointers), cancel);
        var bundles = pointers.Entries.Select(entry => BundleReader.Pointer(JsonSerializer.Deserialize(entry.Value, BundleJsonContext.Default.SignedDocument)!).Bundle).Distinct();
        string? why = null;
        foreach (var bundle in bundles)
        {
            if (await KeysOfAsync(bundle, cancel) is not { } serving)
            {
                why = $"bundle {bundle[..7]} cannot be read here, so nobody knows how many of its keys would be revoked; another operator has to approve";
                continue;
            }

            var allowed = Math.Max(1, serving.Count / RevocationLimits.ShareOfKeys);
            if (all.Count(hash => serving.Contains(KeyCensus.Prefix(hash))) is var revoked && revoked > allowed)
            {
                why = $"{revoked} of {serving.Count:#,0} keys would be revoked; above {allowed} another operator has to approve";
            }
        }

        return why;
    }

    private async Task<IReadOnlySet<ulong>?> KeysOfAsync(string bundle, CancellationToken cancel)
    {
        try
        {
            return await census.OfAsync(bundle, cancel);
        }
        catch (BundleNotReadableException)
        {
            return null;
        }
    }

    private async Task<RevocationOutcome> AskAsync(ILeadership term, IReadOnlyList<string> hashes, string by, string? reason, string why, CancellationToken cancel)
    {
        if ((await PendingAsync(cancel)).Count >= RevocationLimits.PendingMax)
        {
            return RevocationOutcome.Refused($"{RevocationLimits.PendingMax} requests wait for an approval already");
        }

        var pending = new PendingRevocation(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)), hashes, by, clock.GetUtcNow());
        var key = keys.RevocationRequests + pending.Id;
        var value = JsonSerializer.SerializeToUtf8Bytes(pending, RevocationJsonContext.Default.PendingRevocation);
        var entry = audit.Entry(by, "key.revoke", Subject(hashes), reason: $"{reason} (waits for another admin: {pending.Id})".TrimStart());
        return await term.CommitAsync([StoreCondition.Absent(key)], [new StoreWrite.Put(key, value), entry], cancel)
            ? new RevocationOutcome(RevocationState.AwaitsApproval, Request: pending.Id, Problem: why)
            : RevocationOutcome.Refused("the store was changed meanwhile; ask again");
    }

    /// <summary>Idempotent; what <see cref="RunAsync"/> does every few seconds.</summary>
    internal async Task KeepHouseAsync(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            if (_term is not { } term)
            {
                return;
            }

            await TakeOverAsync(term, cancel);
            await DropUnneededAsync(term, cancel);
            await ForgetRequestsAsync(term, cancel);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Edges hold a newer list than the store: nothing that is revoked anywhere comes back.</summary>
    private async Task TakeOverAsync(ILeadership term, CancellationToken cancel)
    {
        var list = await StoredRevocations.ReadAsync(store, keys.Revocations, cancel);
        var held = await StoredRevocations.ReadAsync(store, keys.RevocationsHeld, cancel);
        if (held.Document is not { } document || held.Sequence <= list.Sequence)
        {
            return;
        }

        var all = list.Keys.Union(held.Keys).Order(StringComparer.Ordinal).ToArray();
        var next = all.Length == held.Keys.Count ? document : Sign(held.Sequence + 1, all);
        if (await WriteAsync(term, list, next, [audit.Entry(Self, "key.revocations.takeover", $"revocations/{next.Sequence}", reason: "an edge holds a newer list")], cancel))
        {
            TakenOver(next.Sequence, list.Sequence);
        }
    }

    private async Task DropUnneededAsync(ILeadership term, CancellationToken cancel)
    {
        var list = await StoredRevocations.ReadAsync(store, keys.Revocations, cancel);

        // Without a pointer the store is new or being recovered, and its bundles say nothing about what edges hold.
        if (list.Keys.Count == 0 || (await store.RangeAsync(StoreQuery.All(keys.Pointers), cancel)).Entries.Count == 0)
        {
            return;
        }

        var retained = await census.RetainedAsync(cancel);
        var needed = list.Keys.Where(hash => retained.MayHold(hash)).ToArray();
        if (needed.Length == list.Keys.Count)
        {
            return;
        }

        var entry = audit.Entry(Self, "key.revocations.drop", $"revocations/{list.Sequence + 1}", reason: $"{list.Keys.Count - needed.Length} keys are in no bundle any more");
        if (await WriteAsync(term, list, Sign(list.Sequence + 1, needed), [entry], cancel))
        {
            Dropped(list.Keys.Count - needed.Length, list.Sequence + 1);
        }
    }

    private async Task ForgetRequestsAsync(ILeadership term, CancellationToken cancel)
    {
        var range = await store.RangeAsync(StoreQuery.All(keys.RevocationRequests), cancel);
        foreach (var entry in range.Entries)
        {
            if (JsonSerializer.Deserialize(entry.Value, RevocationJsonContext.Default.PendingRevocation) is not { } pending || clock.GetUtcNow() - pending.At >= RevocationLimits.PendingFor)
            {
                await term.CommitAsync([new StoreCondition.ChangedAt(entry.Key, entry.ModRevision)], [new StoreWrite.Delete(entry.Key)], cancel);
            }
        }
    }

    private static string Subject(IReadOnlyList<string> hashes) => hashes.Count == 1 ? $"keys/{hashes[0][..12]}" : $"{hashes.Count} keys";

    private SignedDocument Sign(long sequence, IReadOnlyList<string> hashes) => SignedDocument.Sign(
        signing, SignedType.Revocations, options.Fleet, BundleFormat.WholeFleet, sequence,
        JsonSerializer.SerializeToUtf8Bytes(new RevocationList { Keys = hashes }, BundleJsonContext.Default.RevocationList));

    private Task<bool> WriteAsync(ILeadership term, StoredRevocations before, SignedDocument next, IReadOnlyList<StoreWrite> also, CancellationToken cancel) => term.CommitAsync(
        [new StoreCondition.ChangedAt(keys.Revocations, before.ModRevision)], [new StoreWrite.Put(keys.Revocations, StoredRevocations.Bytes(next)), .. also], cancel);

    [LoggerMessage(1, LogLevel.Warning, "{Count} keys are revoked by {By}: list {Sequence} holds {Total}", EventName = "keys revoked")]
    private partial void Revoked(int count, string by, long sequence, int total);

    [LoggerMessage(2, LogLevel.Warning, "edges hold a newer revocation list than the store ({Before}): list {Sequence} takes its place", EventName = "revocations taken over")]
    private partial void TakenOver(long sequence, long before);

    [LoggerMessage(3, LogLevel.Information, "{Count} revoked keys are in no bundle any more: list {Sequence} leaves them out", EventName = "revocations dropped")]
    private partial void Dropped(int count, long sequence);

    [LoggerMessage(4, LogLevel.Warning, "the revocation list is not looked after: {Why}", EventName = "revocations not kept")]
    private partial void NotKept(string why);
}
