using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Accounts;

/// <summary>
/// One process's copy of a region's log of one account, and what was read beside it. It is only ever behind, never wrong: an append
/// is a compare-and-set on the index that was read here. Not safe for two procedures at once.
/// </summary>
public sealed class AccountView(LogKey key)
{
    // Made when the first rows are read: an edge has many accounts whose rows only the agent reads.
    private Dictionary<int, IReadOnlyList<UsedRow>>? _rows;

    // Slices that were found with less than was asked for; made when there is the first.
    private HashSet<int>? _drained;

    public LogKey Key => Log.Key;

    public RegionLog Log { get; private set; } = new(key);

    /// <summary>What other regions' logs were seen to give to this one; only grows.</summary>
    public SpendVector TransfersIn { get; private set; }

    /// <summary>Rights not yet given to any epoch or region, as far as was read.</summary>
    public SpendVector Available => Log.Available(TransfersIn, UsedOf);

    public SpendVector UsedOf(int epoch) => _rows is not null && _rows.TryGetValue(epoch, out var rows) ? UsedRow.TotalUsed(rows) : default;

    public IReadOnlyList<UsedRow> RowsOf(int epoch) => _rows?.GetValueOrDefault(epoch) ?? [];

    /// <summary>Whether a slice was found empty: it never fills again.</summary>
    public bool IsDrained(int epoch) => _drained?.Contains(epoch) == true;

    /// <summary>Remembers a slice as empty, and forgets those that have ended.</summary>
    public void NoteDrained(int epoch)
    {
        _drained ??= [];
        _drained.RemoveWhere(known => Log.Find(known) is null);
        _drained.Add(epoch);
    }

    /// <summary>Takes in what was appended since.</summary>
    /// <returns>The new entries.</returns>
    public async ValueTask<IReadOnlyList<LogEntry>> RefreshAsync(ILedgerStore store, LogRead level, CancellationToken cancel = default)
    {
        var entries = await store.ReadLogAsync(Key, Log.NextIndex, level, cancel);
        foreach (var entry in entries)
        {
            if (entry.Index > Log.NextIndex && entry.Operations is [{ Kind: LogOperationKind.Fold }, ..])
            {
                Log = new RegionLog(Key);
            }

            Log.Apply(entry);
        }

        return entries;
    }

    /// <summary>Reads what the holders of every open epoch have reported.</summary>
    public async ValueTask ReadRowsAsync(ILedgerStore store, CancellationToken cancel = default)
    {
        _rows ??= [];
        foreach (var (epoch, _) in _rows)
        {
            if (Log.Find(epoch) is null)
            {
                _rows.Remove(epoch);
            }
        }

        foreach (var epoch in Log.Epochs.ToArray())
        {
            if (epoch.Closed is null)
            {
                _rows[epoch.Epoch] = await store.ReadRowsAsync(Key, epoch.Epoch, cancel);
            }
        }
    }

    /// <summary>Reads what other regions' logs give to this one.</summary>
    public void ReceiveTransfers(SpendVector total) => TransfersIn = SpendVector.Max(TransfersIn, total);

    /// <summary>
    /// Appends operations at the index that was read; false when somebody else was there first, and then the view is newer, or when it
    /// is not there so far, after an answer that was lost.
    /// </summary>
    /// <exception cref="LedgerUnavailableException">The entry may or may not be there.</exception>
    public async ValueTask<bool> AppendAsync(ILedgerStore store, IReadOnlyList<LogOperation> operations, Guid operationId, CancellationToken cancel = default)
    {
        foreach (var operation in operations)
        {
            if (Log.Check(operation) is { } problem)
            {
                throw new InvalidOperationException($"{Key}: {problem}");
            }
        }

        var entry = new LogEntry(Log.NextIndex, operationId, operations);
        switch (await store.AppendAsync(Key, entry, cancel))
        {
            case AppendOutcome.Appended:
                Log.Apply(entry);
                return true;
            case AppendOutcome.Lost:
                await RefreshAsync(store, LogRead.Quorum, cancel);
                return false;
            default:
                // What is not there now may still be on its way: it can only land at this index, on all that was read here, and then whoever
                // appends there next finds it. So nobody may act on its absence but by another append.
                var entries = await RefreshAsync(store, LogRead.Serial, cancel);
                return entries.Any(known => known.Index == entry.Index && known.OperationId == operationId);
        }
    }
}
