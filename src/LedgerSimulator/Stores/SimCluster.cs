using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.LedgerSimulator.Stores;

/// <summary>Everything that is stored, in all regions, as it truly is.</summary>
internal sealed class SimCluster(World world)
{
    private readonly Dictionary<LogKey, SimLog> _logs = [];
    private readonly Dictionary<string, List<AllocationRow>> _allocations = [];
    private readonly Dictionary<(AccountKey, string Giver, string Receiver, int Generation), SpendVector> _demand = [];
    private readonly Dictionary<string, RegionGeneration> _generations = [];

    public IEnumerable<SimLog> Logs => _logs.Values;

    /// <summary>Of all budgets together.</summary>
    public int AllocationRows { get; private set; }

    public SimLog Log(LogKey key)
    {
        if (!_logs.TryGetValue(key, out var log))
        {
            _logs.Add(key, log = new SimLog(key));
        }

        return log;
    }

    public RegionGeneration Generation(string region) => _generations.GetValueOrDefault(region, RegionGeneration.First);

    public void Rebuild(string region) => _generations[region] = new RegionGeneration(Generation(region).Number + 1, world.Now);

    public IReadOnlyList<LogEntry> Read(LogKey key, long from, string reader)
    {
        var log = Log(key);
        var count = key.Region == reader ? log.Entries.Count : log.Visible.GetValueOrDefault(reader);
        // Where a fold is, readers may begin at it; a quarter of the time they must.
        var begin = log.LastFold >= from && log.LastFold < count && (world.Mutant == Mutant.FoldDeletes || world.Random.Chance(25)) ? log.LastFold : (int)from;
        var entries = new List<LogEntry>(Math.Max(0, count - begin));
        for (var i = begin; i < count; i++)
        {
            if (log.Entries[i] is { } entry)
            {
                entries.Add(world.Mutant == Mutant.DeltaTwice ? Doubled(entry) : entry);
            }
        }

        return entries;
    }

    public AppendOutcome Append(LogKey key, LogEntry entry)
    {
        var log = Log(key);
        if (entry.Index < log.Entries.Count && log.Entries[(int)entry.Index] is { } there)
        {
            return there.OperationId == entry.OperationId ? AppendOutcome.Appended : AppendOutcome.Lost;
        }

        if (entry.Index < log.Entries.Count)
        {
            // Only a fold that deletes leaves a gap: the compare-and-set finds nothing and succeeds, and nobody reads it.
            log.Entries[(int)entry.Index] = entry;
            return AppendOutcome.Appended;
        }

        if (entry.Index > log.Entries.Count)
        {
            throw new ViolationException("I5", $"{key}: entry {entry.Index} was appended where {log.Entries.Count} follows");
        }

        log.Truth.Apply(entry);
        log.Entries.Add(entry);
        foreach (var operation in entry.Operations)
        {
            Take(log, entry, operation);
        }

        world.Oracle.AfterAppend(log, entry);
        return AppendOutcome.Appended;
    }

    public void WriteRow(LogKey key, UsedRow row, DateTimeOffset writtenAt)
    {
        var epoch = Log(key).Epoch(row.Epoch);
        var at = epoch.Rows.FindIndex(known => known.Incarnation == row.Incarnation);
        if (at < 0)
        {
            epoch.Rows.Add(row);
            epoch.WrittenAt[row.Incarnation] = writtenAt;
            return;
        }

        var known = epoch.Rows[at];
        epoch.Rows[at] = world.Mutant switch
        {
            Mutant.UsedWallClock when writtenAt >= epoch.WrittenAt[row.Incarnation] => known.Merge(row) with { Used = row.Used, Estimated = row.Estimated },
            Mutant.UsedWallClock => known.Merge(row) with { Used = known.Used, Estimated = known.Estimated },
            Mutant.NullState when row.Cap is null => known.Merge(row) with { Cap = null, Final = false },
            _ => known.Merge(row),
        };
        if (writtenAt >= epoch.WrittenAt[row.Incarnation])
        {
            epoch.WrittenAt[row.Incarnation] = writtenAt;
        }
    }

    public IReadOnlyList<UsedRow> Rows(LogKey key, int epoch) => [.. Log(key).Epoch(epoch).Rows];

    public IReadOnlyList<AllocationRow> Allocations(string budget) => _allocations.TryGetValue(budget, out var rows) ? [.. rows] : [];

    public AppendOutcome Insert(AllocationRow row)
    {
        if (!_allocations.TryGetValue(row.Budget, out var rows))
        {
            _allocations.Add(row.Budget, rows = []);
        }

        if (row.Sequence != rows.Count + 1)
        {
            return AppendOutcome.Lost;
        }

        if (rows.Count > 0)
        {
            world.Oracle.BeforeRow(rows[^1], row);
        }

        rows.Add(row);
        AllocationRows++;
        return AppendOutcome.Appended;
    }

    public void Demand(TransferDemand demand)
    {
        var key = (demand.Account, demand.Giver, demand.Receiver, demand.ReceiverGeneration);
        _demand[key] = SpendVector.Max(_demand.GetValueOrDefault(key), demand.Total);
    }

    public IReadOnlyList<TransferDemand> DemandOf(AccountKey account, string giver) =>
        [.. _demand.Where(pair => pair.Key.Item1 == account && pair.Key.Giver == giver)
            .Select(pair => new TransferDemand(account, giver, pair.Key.Receiver, pair.Key.Generation, pair.Value))];

    private void Take(SimLog log, LogEntry entry, LogOperation operation)
    {
        var epoch = operation.Kind is LogOperationKind.Grant or LogOperationKind.Cap or LogOperationKind.Close or LogOperationKind.Adjust
            ? log.Epoch(operation.Number)
            : null;
        switch (operation.Kind)
        {
            case LogOperationKind.Grant:
                (epoch!.Granted, epoch.Amount) = (true, operation.Amount);
                break;
            case LogOperationKind.Cap:
                epoch!.Cap = operation.Amount;
                break;
            case LogOperationKind.Close or LogOperationKind.Adjust:
                (epoch!.Closed, epoch.Estimated) = (operation.Amount, operation.Estimated);
                break;
            case LogOperationKind.Fold:
                log.LastFold = (int)entry.Index;
                for (var i = 0; world.Mutant == Mutant.FoldDeletes && i < entry.Index; i++)
                {
                    log.Entries[i] = null;
                }

                break;
        }
    }

    private static LogEntry Doubled(LogEntry entry) => entry with
    {
        Operations = [.. entry.Operations.Select(operation => operation.Kind == LogOperationKind.Delta ? operation with { Amount = operation.Amount * 2 } : operation)],
    };
}
