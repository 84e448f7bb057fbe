using GlobalGateway.Cql;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Cassandra;

/// <summary>
/// The ledger in Cassandra, as one region sees it: its own logs are decided in its own data centre, other regions' arrive by
/// replication. Each statement carries the consistency that the protocol asks of it.
/// </summary>
public sealed class CassandraLedger : ILedgerStore
{
    private readonly AllocationTable _allocations;
    private readonly LedgerCluster _cluster;
    private readonly HintTable<AccountKey> _demandHints;
    private readonly DemandTable _demands;
    private readonly GenerationTable _generations;
    private readonly RegionLogTable _logs;
    private readonly UsedRowTable _rows;
    private readonly HintTable<SealHint> _seals;

    public CassandraLedger(LedgerCluster cluster, TimeProvider clock)
    {
        _cluster = cluster;
        _allocations = new AllocationTable(cluster);
        _demandHints = new HintTable<AccountKey>(cluster, "demand", Account, clock);
        _demands = new DemandTable(cluster, clock);
        _generations = new GenerationTable(cluster);
        _logs = new RegionLogTable(cluster, clock);
        _rows = new UsedRowTable(cluster, clock);
        _seals = new HintTable<SealHint>(cluster, "seals", row => new SealHint(new LogKey(Account(row), cluster.Region, row.Int32("generation")), row.Int32("sealed")), clock);
    }

    public string Region => _cluster.Region;

    public ValueTask<RegionGeneration> ReadGenerationAsync(string region, CancellationToken cancel = default) => _generations.ReadAsync(region, cancel);

    public ValueTask<RegionGeneration> OpenGenerationAsync(int after, DateTimeOffset now, CancellationToken cancel = default) =>
        _generations.OpenNextAsync(Region, after, now, cancel);

    public ValueTask<IReadOnlyList<LogEntry>> ReadLogAsync(LogKey log, long from, LogRead level, CancellationToken cancel = default) =>
        _logs.ReadAsync(log, from, level, cancel);

    public ValueTask<AppendOutcome> AppendAsync(LogKey log, LogEntry entry, CancellationToken cancel = default) => _logs.AppendAsync(Own(log), entry, cancel);

    public ValueTask WriteRowAsync(LogKey log, UsedRow row, CancellationToken cancel = default) => _rows.WriteAsync(Own(log), row, cancel);

    public ValueTask<IReadOnlyList<UsedRow>> ReadRowsAsync(LogKey log, int epoch, CancellationToken cancel = default) => _rows.ReadAsync(log, epoch, cancel);

    public ValueTask<IReadOnlyList<AllocationRow>> ReadAllocationsAsync(string budget, CancellationToken cancel = default) => _allocations.ReadAsync(budget, cancel);

    public ValueTask<AppendOutcome> InsertAllocationAsync(AllocationRow row, CancellationToken cancel = default) => _allocations.InsertAsync(row, cancel);

    public async ValueTask WriteDemandAsync(TransferDemand demand, CancellationToken cancel = default)
    {
        await _demands.WriteAsync(demand, cancel);

        // Also when the demand was there already: its writer may have been killed before this.
        await _demandHints.PublishAsync(demand.Giver, new LogKey(demand.Account, demand.Giver, 0), 0, cancel);
    }

    public ValueTask<IReadOnlyList<TransferDemand>> ReadDemandAsync(AccountKey account, CancellationToken cancel = default) => _demands.ReadAsync(account, cancel);

    public ValueTask<HintPage<AccountKey>> ReadDemandHintsAsync(long position, CancellationToken cancel = default) =>
        _demandHints.ReadAsync(Region, position, cancel);

    public ValueTask PublishSealAsync(SealHint hint, CancellationToken cancel = default) => _seals.PublishAsync(Region, hint.Log, hint.Sealed, cancel);

    public ValueTask<HintPage<SealHint>> ReadSealsAsync(long position, CancellationToken cancel = default) => _seals.ReadAsync(Region, position, cancel);

    private static AccountKey Account(CqlRow row) => new(row.Text("budget"), row.Int64("period"));

    private LogKey Own(LogKey log) =>
        log.Region == Region ? log : throw new ArgumentException($"{log} is written in {log.Region}, and this is {Region}", nameof(log));
}
