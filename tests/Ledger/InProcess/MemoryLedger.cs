using System.Collections.Concurrent;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Ledger.InProcess;

/// <summary>One region's ledger in memory, which counts what is appended; nobody there wants anything of it.</summary>
internal sealed class MemoryLedger(string region) : ILedgerStore
{
    private readonly ConcurrentDictionary<LogKey, List<LogEntry>> _logs = [];
    private readonly ConcurrentDictionary<(LogKey, int), ConcurrentDictionary<string, UsedRow>> _rows = [];
    private readonly ConcurrentDictionary<string, List<AllocationRow>> _allocations = [];
    private readonly List<SealHint> _seals = [];
    private long _appends;

    public string Region => region;

    /// <summary>Entries of all logs.</summary>
    public long Appends => Volatile.Read(ref _appends);

    public ValueTask<RegionGeneration> ReadGenerationAsync(string region, CancellationToken cancel = default) => new(RegionGeneration.First);

    public ValueTask<RegionGeneration> OpenGenerationAsync(int after, DateTimeOffset now, CancellationToken cancel = default) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<LogEntry>> ReadLogAsync(LogKey log, long from, LogRead level, CancellationToken cancel = default)
    {
        if (!_logs.TryGetValue(log, out var entries))
        {
            return new([]);
        }

        lock (entries)
        {
            return new(entries.Skip((int)from).ToArray());
        }
    }

    public ValueTask<AppendOutcome> AppendAsync(LogKey log, LogEntry entry, CancellationToken cancel = default)
    {
        var entries = _logs.GetOrAdd(log, static _ => []);
        lock (entries)
        {
            if (entries.Count != entry.Index)
            {
                return new(AppendOutcome.Lost);
            }

            entries.Add(entry);
        }

        Interlocked.Increment(ref _appends);
        return new(AppendOutcome.Appended);
    }

    public ValueTask WriteRowAsync(LogKey log, UsedRow row, CancellationToken cancel = default)
    {
        _rows.GetOrAdd((log, row.Epoch), static _ => []).AddOrUpdate(row.Incarnation, row, (_, known) => known.Merge(row));
        return default;
    }

    public ValueTask<IReadOnlyList<UsedRow>> ReadRowsAsync(LogKey log, int epoch, CancellationToken cancel = default) =>
        new(_rows.TryGetValue((log, epoch), out var rows) ? rows.Values.ToArray() : []);

    public ValueTask<IReadOnlyList<AllocationRow>> ReadAllocationsAsync(string budget, CancellationToken cancel = default) =>
        new(_allocations.TryGetValue(budget, out var rows) ? rows.ToArray() : []);

    public ValueTask<AppendOutcome> InsertAllocationAsync(AllocationRow row, CancellationToken cancel = default)
    {
        var rows = _allocations.GetOrAdd(row.Budget, static _ => []);
        lock (rows)
        {
            if (rows.Count != row.Sequence - 1)
            {
                return new(AppendOutcome.Lost);
            }

            rows.Add(row);
            return new(AppendOutcome.Appended);
        }
    }

    public ValueTask WriteDemandAsync(TransferDemand demand, CancellationToken cancel = default) => default;

    public ValueTask<IReadOnlyList<TransferDemand>> ReadDemandAsync(AccountKey account, CancellationToken cancel = default) => new([]);

    public ValueTask<HintPage<AccountKey>> ReadDemandHintsAsync(long position, CancellationToken cancel = default) => new(new HintPage<AccountKey>([], 0));

    public ValueTask PublishSealAsync(SealHint hint, CancellationToken cancel = default)
    {
        lock (_seals)
        {
            _seals.Add(hint);
        }

        return default;
    }

    public ValueTask<HintPage<SealHint>> ReadSealsAsync(long position, CancellationToken cancel = default)
    {
        lock (_seals)
        {
            return new(new HintPage<SealHint>(position < 0 ? [] : [.. _seals.Skip((int)position)], _seals.Count));
        }
    }
}
