using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Bench.Quota;

/// <summary>
/// A ledger of one region in memory that answers at once, so that only the edge is measured. What it returns are copies: an
/// edge shares no memory with it.
/// </summary>
internal sealed class MemoryLedger(string region) : ILedgerStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<LogKey, List<LogEntry>> _logs = [];
    private readonly Dictionary<(LogKey Log, int Epoch), List<UsedRow>> _rows = [];
    private readonly Dictionary<string, List<AllocationRow>> _allocations = [];

    public string Region => region;

    public void Clear()
    {
        lock (_gate)
        {
            _logs.Clear();
            _rows.Clear();
            _allocations.Clear();
            _logs.TrimExcess();
            _rows.TrimExcess();
            _allocations.TrimExcess();
        }
    }

    public ValueTask<RegionGeneration> OpenGenerationAsync(int after, DateTimeOffset now, CancellationToken cancel = default) => throw new NotSupportedException("nothing is lost here");

    public ValueTask<RegionGeneration> ReadGenerationAsync(string region, CancellationToken cancel = default) => new(RegionGeneration.First);

    public ValueTask<IReadOnlyList<LogEntry>> ReadLogAsync(LogKey log, long from, LogRead level, CancellationToken cancel = default)
    {
        lock (_gate)
        {
            return new(_logs.TryGetValue(log, out var entries) && from < entries.Count ? [.. entries.Skip((int)from).Select(Copy)] : []);
        }
    }

    public ValueTask<AppendOutcome> AppendAsync(LogKey log, LogEntry entry, CancellationToken cancel = default)
    {
        lock (_gate)
        {
            var entries = Of(_logs, log);
            if (entries.Count != entry.Index)
            {
                return new(AppendOutcome.Lost);
            }

            entries.Add(Copy(entry));
            return new(AppendOutcome.Appended);
        }
    }

    public ValueTask WriteRowAsync(LogKey log, UsedRow row, CancellationToken cancel = default)
    {
        lock (_gate)
        {
            var rows = Of(_rows, (log, row.Epoch));
            var at = rows.FindIndex(known => known.Incarnation == row.Incarnation);
            if (at < 0)
            {
                rows.Add(row with { });
            }
            else
            {
                rows[at] = rows[at].Merge(row);
            }
        }

        return default;
    }

    public ValueTask<IReadOnlyList<UsedRow>> ReadRowsAsync(LogKey log, int epoch, CancellationToken cancel = default)
    {
        lock (_gate)
        {
            return new(_rows.TryGetValue((log, epoch), out var rows) ? [.. rows.Select(row => row with { })] : []);
        }
    }

    public ValueTask<IReadOnlyList<AllocationRow>> ReadAllocationsAsync(string budget, CancellationToken cancel = default)
    {
        lock (_gate)
        {
            return new(_allocations.TryGetValue(budget, out var rows) ? [.. rows.Select(Copy)] : []);
        }
    }

    public ValueTask<AppendOutcome> InsertAllocationAsync(AllocationRow row, CancellationToken cancel = default)
    {
        lock (_gate)
        {
            var rows = Of(_allocations, row.Budget);
            if (rows.Count + 1 != row.Sequence)
            {
                return new(AppendOutcome.Lost);
            }

            rows.Add(Copy(row));
            return new(AppendOutcome.Appended);
        }
    }

    public ValueTask WriteDemandAsync(TransferDemand demand, CancellationToken cancel = default) => default;

    public ValueTask<IReadOnlyList<TransferDemand>> ReadDemandAsync(AccountKey account, CancellationToken cancel = default) => new([]);

    public ValueTask<HintPage<AccountKey>> ReadDemandHintsAsync(long position, CancellationToken cancel = default) => new(new HintPage<AccountKey>([], 0));

    public ValueTask PublishSealAsync(SealHint hint, CancellationToken cancel = default) => default;

    public ValueTask<HintPage<SealHint>> ReadSealsAsync(long position, CancellationToken cancel = default) => new(new HintPage<SealHint>([], 0));

    private static LogEntry Copy(LogEntry entry) => entry with { Operations = entry.Operations.Select(operation => operation with { }).ToArray() };

    private static AllocationRow Copy(AllocationRow row) => row with { Split = row.Split.ToArray(), Goal = row.Goal?.ToArray() };

    private static List<T> Of<TKey, T>(Dictionary<TKey, List<T>> lists, TKey key)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists.Add(key, list = new List<T>(2));
        }

        return list;
    }
}
