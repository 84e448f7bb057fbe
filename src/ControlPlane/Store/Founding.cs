using System.Text.Json;
using System.Text.Json.Serialization;
using GlobalGateway.ControlPlane.Audit;

namespace GlobalGateway.ControlPlane.Store;

/// <summary>
/// Makes an empty store the store of a fleet. Nobody leads before that: a store that was wiped must not pass for one of a new fleet, or
/// its leader would start over below what the edges hold.
/// </summary>
public sealed class Founding(IKeyValueStore store, FleetKeys keys, AuditLog audit, TimeProvider clock)
{
    public async Task<FoundingRecord?> ReadAsync(CancellationToken cancel) => FoundingRecord.Read((await store.RangeAsync(StoreQuery.One(keys.Founding), cancel)).Single);

    /// <summary>Founds a new fleet; refused where anything is stored.</summary>
    /// <param name="by">Who founds it, for the audit.</param>
    public async Task<FoundingOutcome> InitialiseAsync(string by, CancellationToken cancel)
    {
        if (await FirstDurableAsync(cancel) is { } key)
        {
            return await ReadAsync(cancel) is { } founded
                ? Founded(founded)
                : FoundingOutcome.Refused($"the store is not empty: it has {key}, but no fleet was founded in it; run \"gg fleet recover\", or name an empty store");
        }

        return await FoundAsync(recovered: false, by, cancel);
    }

    /// <summary>Founds the fleet anew in a store that lost it: its leader goes on above what the edges hold.</summary>
    /// <param name="by">Who founds it, for the audit.</param>
    public Task<FoundingOutcome> RecoverAsync(string by, CancellationToken cancel) => FoundAsync(recovered: true, by, cancel);

    private async Task<FoundingOutcome> FoundAsync(bool recovered, string by, CancellationToken cancel)
    {
        var record = new FoundingRecord(keys.Fleet, clock.GetUtcNow(), recovered);
        var commit = await store.CommitAsync(
            new StoreTransaction(
                [StoreCondition.Absent(keys.Founding)],
                [new StoreWrite.Put(keys.Founding, record.ToBytes()), audit.Entry(by, recovered ? "fleet.recover" : "fleet.init", $"fleets/{record.Fleet}")]),
            cancel);
        return commit.Applied ? FoundingOutcome.Of(record)
            : await ReadAsync(cancel) is { } founded ? Founded(founded)
            : FoundingOutcome.Refused("the founding record is none of this version; use the control plane that wrote it");
    }

    private static FoundingOutcome Founded(FoundingRecord by) =>
        FoundingOutcome.Refused($"fleet {by.Fleet} was founded in this store at {by.FoundedAt:yyyy-MM-dd'T'HH:mm:ss'Z'}; nothing was changed");

    // Control planes write reports before there is a leader; they vanish with their leases.
    private async Task<string?> FirstDurableAsync(CancellationToken cancel)
    {
        var query = StoreQuery.All(keys.Root) with { KeysOnly = true };
        while (true)
        {
            var page = await store.RangeAsync(query, cancel);
            if (page.Entries.FirstOrDefault(entry => entry.Lease == 0) is { } entry)
            {
                return entry.Key;
            }

            if (!page.More)
            {
                return null;
            }

            query = query with { After = page.Entries[^1].Key };
        }
    }
}

/// <summary>What stands under <see cref="FleetKeys.Founding"/>.</summary>
/// <param name="Recovered">Whether the fleet was there before this store: edges hold sequences that it does not know.</param>
public sealed record FoundingRecord(string Fleet, DateTimeOffset FoundedAt, bool Recovered)
{
    /// <returns>Nothing where there is no founding, or none of this version.</returns>
    public static FoundingRecord? Read(StoreEntry? entry)
    {
        try
        {
            return entry is null ? null : JsonSerializer.Deserialize(entry.Value, FoundingJsonContext.Default.FoundingRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, FoundingJsonContext.Default.FoundingRecord);
}

/// <summary>What came of founding a fleet: its record, or why not.</summary>
public sealed record FoundingOutcome(FoundingRecord? Record, string? Refusal)
{
    public static FoundingOutcome Of(FoundingRecord record) => new(record, null);

    public static FoundingOutcome Refused(string why) => new(null, why);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(FoundingRecord))]
internal sealed partial class FoundingJsonContext : JsonSerializerContext;
