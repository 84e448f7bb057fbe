using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Stores.Cold;

/// <summary>A ledger that notes how long it is asked.</summary>
internal sealed class TimedLedger(ILedgerStore ledger, StepTimes times) : ILedgerStore
{
    public string Region => ledger.Region;

    public ValueTask<RegionGeneration> ReadGenerationAsync(string region, CancellationToken cancel = default) => times.TimeAsync("read generation", ledger.ReadGenerationAsync(region, cancel));

    public ValueTask<RegionGeneration> OpenGenerationAsync(int after, DateTimeOffset now, CancellationToken cancel = default) => ledger.OpenGenerationAsync(after, now, cancel);

    public ValueTask<IReadOnlyList<LogEntry>> ReadLogAsync(LogKey log, long from, LogRead level, CancellationToken cancel = default) =>
        times.TimeAsync(log.Region == Region ? "read own log" : "read another's log", ledger.ReadLogAsync(log, from, level, cancel));

    public ValueTask<AppendOutcome> AppendAsync(LogKey log, LogEntry entry, CancellationToken cancel = default) =>
        times.TimeAsync($"append {string.Join('+', entry.Operations.Select(operation => operation.Kind))}", ledger.AppendAsync(log, entry, cancel));

    public ValueTask WriteRowAsync(LogKey log, UsedRow row, CancellationToken cancel = default) => times.TimeAsync("write used row", ledger.WriteRowAsync(log, row, cancel));

    public ValueTask<IReadOnlyList<UsedRow>> ReadRowsAsync(LogKey log, int epoch, CancellationToken cancel = default) => times.TimeAsync("read used rows", ledger.ReadRowsAsync(log, epoch, cancel));

    public ValueTask<IReadOnlyList<AllocationRow>> ReadAllocationsAsync(string budget, CancellationToken cancel = default) => times.TimeAsync("read allocations", ledger.ReadAllocationsAsync(budget, cancel));

    public ValueTask<AppendOutcome> InsertAllocationAsync(AllocationRow row, CancellationToken cancel = default) => times.TimeAsync("insert allocation", ledger.InsertAllocationAsync(row, cancel));

    public ValueTask WriteDemandAsync(TransferDemand demand, CancellationToken cancel = default) => times.TimeAsync("write demand", ledger.WriteDemandAsync(demand, cancel));

    public ValueTask<IReadOnlyList<TransferDemand>> ReadDemandAsync(AccountKey account, CancellationToken cancel = default) => ledger.ReadDemandAsync(account, cancel);

    public ValueTask<HintPage<AccountKey>> ReadDemandHintsAsync(long position, CancellationToken cancel = default) => ledger.ReadDemandHintsAsync(position, cancel);

    public ValueTask PublishSealAsync(SealHint hint, CancellationToken cancel = default) => times.TimeAsync("publish seal", ledger.PublishSealAsync(hint, cancel));

    public ValueTask<HintPage<SealHint>> ReadSealsAsync(long position, CancellationToken cancel = default) => ledger.ReadSealsAsync(position, cancel);
}
