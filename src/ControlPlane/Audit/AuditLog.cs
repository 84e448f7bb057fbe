using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.ControlPlane.Audit;

/// <summary>
/// The append-only log of changes. A change and its record are one transaction: neither is there without the other. Keys begin with the
/// time, so that the newest are the last; nothing here changes or deletes a record but <see cref="RecordsMax"/>.
/// </summary>
public sealed class AuditLog(IKeyValueStore store, FleetKeys keys, TimeProvider clock)
{
    /// <summary>Beyond it the leader deletes the oldest.</summary>
    public const int RecordsMax = 100_000;

    private const int BytesMax = 64 * 1024;

    /// <summary>The write that appends a record, to be put into the transaction of the change.</summary>
    public StoreWrite Entry(AuditRecord record)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(record, AuditJsonContext.Default.AuditRecord);
        if (bytes.Length > BytesMax)
        {
            // Too large to keep beside the change: that it was made, and by whom, matters more than its text.
            bytes = JsonSerializer.SerializeToUtf8Bytes(
                record with { Before = null, After = null, Reason = $"{record.Reason} (before and after have {bytes.Length:#,0} bytes and are left out)".TrimStart() },
                AuditJsonContext.Default.AuditRecord);
        }

        return new StoreWrite.Put(keys.AuditEntry(record.At, RandomNumberGenerator.GetHexString(8, lowercase: true)), bytes);
    }

    public StoreWrite Entry(string who, string action, string subject, AuditChange change = default, string? reason = null) =>
        Entry(new AuditRecord(clock.GetUtcNow(), who, action, subject, change.Before, change.After, reason));

    /// <summary>Newest first.</summary>
    /// <param name="before">The <c>next</c> of the page before.</param>
    /// <returns>The records and, when there are older ones, what to ask for next.</returns>
    public async Task<(IReadOnlyList<AuditRecord> Records, string? Next)> ReadAsync(string? before, int limit, CancellationToken cancel)
    {
        // Stores list upwards only: the keys are small, so all of them are read to find the newest.
        var names = await store.NamesAsync(keys.Audit, cancel);
        var wanted = names.Where(name => before is null || string.CompareOrdinal(name, before) < 0).Reverse().Take(limit).ToList();
        var records = new List<AuditRecord>(wanted.Count);
        foreach (var name in wanted)
        {
            if ((await store.RangeAsync(StoreQuery.One(keys.Audit + name), cancel)).Single is { } entry)
            {
                records.Add(JsonSerializer.Deserialize(entry.Value, AuditJsonContext.Default.AuditRecord)!);
            }
        }

        var more = wanted.Count == limit && string.CompareOrdinal(names[0], wanted[^1]) < 0;
        return (records, more ? wanted[^1] : null);
    }
}

/// <summary>Something before and after a change, as JSON.</summary>
public readonly record struct AuditChange(System.Text.Json.Nodes.JsonNode? Before, System.Text.Json.Nodes.JsonNode? After);
