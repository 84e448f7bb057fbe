using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Ledger.InProcess;

/// <summary>The ledger as an edge sees it until it is killed: what it had begun may still happen, nothing more does.</summary>
internal sealed class MortalStore(ILedgerStore store) : ILedgerStore
{
    private volatile string? _dead;

    public string Region => store.Region;

    private ILedgerStore Alive => _dead is { } why ? throw new LedgerUnavailableException(why) : store;

    /// <summary>Makes the ledger unavailable to this edge; null brings it back.</summary>
    public void Cut(string? why) => _dead = why;

    public ValueTask<RegionGeneration> OpenGenerationAsync(int after, DateTimeOffset now, CancellationToken cancel = default) => Alive.OpenGenerationAsync(after, now, cancel);

    public ValueTask<RegionGeneration> ReadGenerationAsync(string region, CancellationToken cancel = default) => Alive.ReadGenerationAsync(region, cancel);

    public ValueTask<IReadOnlyList<LogEntry>> ReadLogAsync(LogKey log, long from, LogRead level, CancellationToken cancel = default) => Alive.ReadLogAsync(log, from, level, cancel);

    public ValueTask<AppendOutcome> AppendAsync(LogKey log, LogEntry entry, CancellationToken cancel = default) => Alive.AppendAsync(log, entry, cancel);

    public ValueTask WriteRowAsync(LogKey log, UsedRow row, CancellationToken cancel = default) => Alive.WriteRowAsync(log, row, cancel);

    public ValueTask<IReadOnlyList<UsedRow>> ReadRowsAsync(LogKey log, int epoch, CancellationToken cancel = default) => Alive.ReadRowsAsync(log, epoch, cancel);

    public ValueTask<IReadOnlyList<AllocationRow>> ReadAllocationsAsync(string budget, CancellationToken cancel = default) => Alive.ReadAllocationsAsync(budget, cancel);

    public ValueTask<AppendOutcome> InsertAllocationAsync(AllocationRow row, CancellationToken cancel = default) => Alive.InsertAllocationAsync(row, cancel);

    public ValueTask WriteDemandAsync(TransferDemand demand, CancellationToken cancel = default) => Alive.WriteDemandAsync(demand, cancel);

    public ValueTask<IReadOnlyList<TransferDemand>> ReadDemandAsync(AccountKey account, CancellationToken cancel = default) => Alive.ReadDemandAsync(account, cancel);

    public ValueTask<HintPage<AccountKey>> ReadDemandHintsAsync(long position, CancellationToken cancel = default) => Alive.ReadDemandHintsAsync(position, cancel);

    public ValueTask PublishSealAsync(SealHint hint, CancellationToken cancel = default) => Alive.PublishSealAsync(hint, cancel);

    public ValueTask<HintPage<SealHint>> ReadSealsAsync(long position, CancellationToken cancel = default) => Alive.ReadSealsAsync(position, cancel);
}
