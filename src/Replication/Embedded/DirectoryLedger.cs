using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Embedded;

/// <summary>
/// The ledger as files in one folder, which all edges of all regions on a machine share; it keeps the same records as Cassandra.
/// Reads take no lock and go on while the disk takes no writes.
/// </summary>
public sealed class DirectoryLedger : ILedgerStore
{
    private readonly AllocationFiles _allocations;
    private readonly HintFeed<AccountKey> _demandHints;
    private readonly DemandFiles _demands;
    private readonly GenerationFiles _generations;
    private readonly RegionLogFiles _logs;
    private readonly UsedRowFiles _rows;
    private readonly HintFeed<SealHint> _seals;

    public DirectoryLedger(LedgerFolder folder, string region)
    {
        Region = region;
        _allocations = new AllocationFiles(folder);
        _demandHints = new HintFeed<AccountKey>(folder, "demand", LedgerRecords.DecodeAccount);
        _demands = new DemandFiles(folder);
        _generations = new GenerationFiles(folder);
        _logs = new RegionLogFiles(folder);
        _rows = new UsedRowFiles(folder);
        _seals = new HintFeed<SealHint>(folder, "seals", LedgerRecords.DecodeSeal);
    }

    public string Region { get; }

    public ValueTask<RegionGeneration> ReadGenerationAsync(string region, CancellationToken cancel = default) => new(_generations.Read(region));

    public ValueTask<RegionGeneration> OpenGenerationAsync(int after, DateTimeOffset now, CancellationToken cancel = default) =>
        _generations.OpenNextAsync(Region, after, now, cancel);

    public ValueTask<IReadOnlyList<LogEntry>> ReadLogAsync(LogKey log, long from, LogRead level, CancellationToken cancel = default) =>
        _logs.ReadAsync(log, from, level, cancel);

    public ValueTask<AppendOutcome> AppendAsync(LogKey log, LogEntry entry, CancellationToken cancel = default) =>
        _logs.AppendAsync(Own(log), entry, cancel);

    public ValueTask WriteRowAsync(LogKey log, UsedRow row, CancellationToken cancel = default) => _rows.WriteAsync(Own(log), row, cancel);

    public ValueTask<IReadOnlyList<UsedRow>> ReadRowsAsync(LogKey log, int epoch, CancellationToken cancel = default) => new(_rows.Read(log, epoch));

    public ValueTask<IReadOnlyList<AllocationRow>> ReadAllocationsAsync(string budget, CancellationToken cancel = default) => new(_allocations.Read(budget));

    public ValueTask<AppendOutcome> InsertAllocationAsync(AllocationRow row, CancellationToken cancel = default) => _allocations.InsertAsync(row, cancel);

    public async ValueTask WriteDemandAsync(TransferDemand demand, CancellationToken cancel = default)
    {
        await _demands.WriteAsync(demand, cancel);

        // Also when the demand was there already: its writer may have been killed before this.
        await _demandHints.PublishAsync(demand.Giver, LedgerRecords.Encode(demand.Account), cancel);
    }

    public ValueTask<IReadOnlyList<TransferDemand>> ReadDemandAsync(AccountKey account, CancellationToken cancel = default) =>
        new(_demands.Read(account, Region));

    public ValueTask<HintPage<AccountKey>> ReadDemandHintsAsync(long position, CancellationToken cancel = default) =>
        new(_demandHints.Read(Region, position));

    public ValueTask PublishSealAsync(SealHint hint, CancellationToken cancel = default) =>
        _seals.PublishAsync(Region, LedgerRecords.Encode(hint), cancel);

    public ValueTask<HintPage<SealHint>> ReadSealsAsync(long position, CancellationToken cancel = default) => new(_seals.Read(Region, position));

    private LogKey Own(LogKey log) =>
        log.Region == Region ? log : throw new ArgumentException($"{log} is written in {log.Region}, and this is {Region}", nameof(log));
}
