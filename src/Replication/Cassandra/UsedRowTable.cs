using GlobalGateway.Cql;
using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.Replication.Cassandra;

/// <summary>
/// What holders say they used. Every number is written with itself as its timestamp, so that the largest wins whatever the order of
/// arrival and however often it is sent; no statement writes null, which would delete. A row whose number was written with another
/// timestamp is refused: somebody else wrote it, and no later report could change it.
/// </summary>
internal sealed class UsedRowTable(LedgerCluster cluster, TimeProvider clock)
{
    private const string Key = "budget = ? AND period = ? AND region = ? AND generation = ? AND epoch = ?";

    private static readonly string[] Used = ["used_requests", "used_tokens", "used_nano_dollars"];
    private static readonly string[] Estimated = ["estimated_requests", "estimated_tokens", "estimated_nano_dollars"];
    private static readonly string[] Caps = ["cap_requests", "cap_tokens", "cap_nano_dollars"];

    private readonly CqlStatement _register = new(
        $"INSERT INTO {cluster.Keyspace}.used_rows (budget, period, region, generation, epoch, incarnation, {string.Join(", ", Used)}, {string.Join(", ", Estimated)})"
            + " VALUES (?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0) USING TTL ? AND TIMESTAMP 0",
        CqlConsistency.LocalQuorum) { IsIdempotent = true };

    private readonly Dictionary<string, CqlStatement> _raise = Used.Concat(Estimated).Concat(Caps).ToDictionary(
        column => column,
        column => new CqlStatement(
            $"UPDATE {cluster.Keyspace}.used_rows USING TTL ? AND TIMESTAMP ? SET {column} = ? WHERE {Key} AND incarnation = ?", CqlConsistency.LocalQuorum) { IsIdempotent = true });

    private readonly CqlStatement _finish = new(
        $"UPDATE {cluster.Keyspace}.used_rows USING TTL ? AND TIMESTAMP 1 SET final = true WHERE {Key} AND incarnation = ?", CqlConsistency.LocalQuorum) { IsIdempotent = true };

    // Another region's rows may be behind here: they are looked at, never acted upon.
    private readonly CqlStatement _read = new(Read(cluster.Keyspace), CqlConsistency.LocalQuorum);

    public async ValueTask WriteAsync(LogKey log, UsedRow row, CancellationToken cancel)
    {
        var seconds = RegionLogTable.SecondsToLive(log.Account, clock.GetUtcNow());
        var (budget, period) = log.Account;
        var calls = new List<CqlCall> { _register.With(budget, period, log.Region, log.Generation, row.Epoch, row.Incarnation, seconds) };
        Raise(Used, row.Used, least: 1);
        Raise(Estimated, row.Estimated, least: 1);
        if (row.Cap is { } cap)
        {
            Raise(Caps, cap, least: 0);
        }

        if (row.Final)
        {
            calls.Add(_finish.With(seconds, budget, period, log.Region, log.Generation, row.Epoch, row.Incarnation));
        }

        // One partition: its replicas see all of it or nothing.
        await cluster.WriteAsync(new CqlBatch(calls, CqlConsistency.LocalQuorum) { IsIdempotent = true }, cancel);

        void Raise(string[] columns, SpendVector amount, long least)
        {
            foreach (var (column, value) in columns.Zip([amount.Requests, amount.Tokens, amount.NanoDollars]))
            {
                if (value >= least)
                {
                    calls.Add(_raise[column].With(seconds, value, value, budget, period, log.Region, log.Generation, row.Epoch, row.Incarnation));
                }
            }
        }
    }

    public async ValueTask<IReadOnlyList<UsedRow>> ReadAsync(LogKey log, int epoch, CancellationToken cancel)
    {
        var rows = new List<UsedRow>();
        await foreach (var row in cluster.ReadAllAsync(_read.With(log.Account.Budget, log.Account.Period, log.Region, log.Generation, epoch), cancel))
        {
            rows.Add(LedgerCluster.Decode(row, known => Of(known, log, epoch)));
        }

        return rows;
    }

    private static UsedRow Of(CqlRow row, LogKey log, int epoch)
    {
        var incarnation = row.Text("incarnation");
        var where = $"the row of {incarnation} in epoch {epoch} of {log}";
        return new UsedRow(
            incarnation,
            epoch,
            Vector(row, Used, where),
            Vector(row, Estimated, where),
            Array.Exists(Caps, row.IsNull) ? null : Vector(row, Caps, where),
            !row.IsNull("final") && row.Boolean("final"));
    }

    /// <exception cref="LedgerCorruptException">A number is missing or pinned.</exception>
    private static SpendVector Vector(CqlRow row, string[] columns, string where)
    {
        var values = Array.ConvertAll(columns, column =>
        {
            if (row.IsNull(column))
            {
                throw new LedgerCorruptException($"{where} has no {column}: somebody wrote null there, which deletes; see docs/operate/cassandra.md");
            }

            var (value, written) = (row.Int64(column), row.Int64(Written(column)));
            return value == written
                ? value
                : throw new LedgerCorruptException($"{where} has {column} {value} written with timestamp {written}: no report can change it any more; see docs/operate/cassandra.md");
        });
        return new SpendVector(values[0], values[1], values[2]);
    }

    private static string Read(string keyspace)
    {
        var numbers = Used.Concat(Estimated).Concat(Caps);
        return $"SELECT incarnation, final, {string.Join(", ", numbers.Select(column => $"{column}, writetime({column}) AS {Written(column)}"))} FROM {keyspace}.used_rows WHERE {Key}";
    }

    private static string Written(string column) => $"{column}_written";
}
