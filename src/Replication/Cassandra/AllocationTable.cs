using GlobalGateway.Cql;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Cassandra;

/// <summary>How budgets are divided: rare rows that all data centres decide together.</summary>
internal sealed class AllocationTable(LedgerCluster cluster)
{
    private const string Columns = "seq, period, pointer, units, requests, tokens, nano_dollars, split, goal, home";

    // Decided by a majority of all replicas, and then readable here at once; the other data centres may have it a little later.
    private readonly CqlStatement _insert = new(
        $"INSERT INTO {cluster.Keyspace}.allocations (budget, {Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) IF NOT EXISTS", CqlConsistency.LocalQuorum, CqlSerialConsistency.Serial);

    // What is read here may be behind: a region then takes its share later.
    private readonly CqlStatement _read = new($"SELECT {Columns} FROM {cluster.Keyspace}.allocations WHERE budget = ?", CqlConsistency.LocalQuorum);
    private readonly CqlStatement _readSettled = new($"SELECT {Columns} FROM {cluster.Keyspace}.allocations WHERE budget = ? AND seq = ?", CqlConsistency.Serial);

    public async ValueTask<IReadOnlyList<AllocationRow>> ReadAsync(string budget, CancellationToken cancel)
    {
        var rows = new List<AllocationRow>();
        await foreach (var row in cluster.ReadAllAsync(_read.With(budget), cancel))
        {
            var read = LedgerCluster.Decode(row, known => Of(budget, known));

            // One behind a gap is not there yet.
            if (read.Sequence != rows.Count + 1)
            {
                break;
            }

            rows.Add(read);
        }

        return rows;
    }

    public async ValueTask<AppendOutcome> InsertAsync(AllocationRow row, CancellationToken cancel)
    {
        var (amount, goal) = (row.Amount, row.Goal is null ? "" : StoredOperations.Write(row.Goal));
        var call = _insert.With(
            row.Budget, row.Sequence, row.Period, row.PointerSequence, (int)row.Units, amount.Requests, amount.Tokens, amount.NanoDollars, StoredOperations.Write(row.Split), goal, row.Home ?? "");
        var rows = await cluster.CompareAndSetAsync(call, cancel);
        if (rows is { WasApplied: true })
        {
            return AppendOutcome.Appended;
        }

        // Rows have no id of their own: one that says the same is the same.
        rows ??= await cluster.ExecuteAsync(_readSettled.With(row.Budget, row.Sequence), cancel);
        return rows is not [{ } there, ..] ? AppendOutcome.Ambiguous : Same(Of(row.Budget, there), row) ? AppendOutcome.Appended : AppendOutcome.Lost;
    }

    private static AllocationRow Of(string budget, CqlRow row) => new(
        budget,
        row.Int32("seq"),
        row.Int64("period"),
        row.Int64("pointer"),
        (BudgetUnits)row.Int32("units"),
        new SpendVector(row.Int64("requests"), row.Int64("tokens"), row.Int64("nano_dollars")),
        StoredOperations.ReadSplit(row.Text("split")),
        row.Text("home") is { Length: > 0 } home ? home : null,
        row.Text("goal") is { Length: > 0 } goal ? StoredOperations.ReadSplit(goal) : null);

    private static bool Same(AllocationRow left, AllocationRow right) =>
        left with { Split = right.Split, Goal = right.Goal } == right && left.Split.SequenceEqual(right.Split) && (left.Goal ?? []).SequenceEqual(right.Goal ?? []);
}
