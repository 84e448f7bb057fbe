using GlobalGateway.Cql;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Cassandra;

/// <summary>What regions want of each other, in total: every number with itself as its timestamp, so that the largest wins.</summary>
internal sealed class DemandTable(LedgerCluster cluster, TimeProvider clock)
{
    private static readonly string[] Columns = ["requests", "tokens", "nano_dollars"];

    private readonly CqlStatement _write = new(
        $"INSERT INTO {cluster.Keyspace}.demand (giver, budget, period, receiver, receiver_generation, requests, tokens, nano_dollars) VALUES (?, ?, ?, ?, ?, 0, 0, 0) USING TTL ? AND TIMESTAMP 0",
        CqlConsistency.LocalQuorum) { IsIdempotent = true };

    private readonly Dictionary<string, CqlStatement> _raise = Columns.ToDictionary(
        column => column,
        column => new CqlStatement(
            $"UPDATE {cluster.Keyspace}.demand USING TTL ? AND TIMESTAMP ? SET {column} = ? WHERE giver = ? AND budget = ? AND period = ? AND receiver = ? AND receiver_generation = ?",
            CqlConsistency.LocalQuorum) { IsIdempotent = true });

    private readonly CqlStatement _read = new(
        $"SELECT receiver, receiver_generation, requests, tokens, nano_dollars FROM {cluster.Keyspace}.demand WHERE giver = ? AND budget = ? AND period = ?", CqlConsistency.LocalQuorum);

    public async ValueTask WriteAsync(TransferDemand demand, CancellationToken cancel)
    {
        var seconds = RegionLogTable.SecondsToLive(demand.Account, clock.GetUtcNow());
        var (budget, period) = demand.Account;
        var calls = new List<CqlCall> { _write.With(demand.Giver, budget, period, demand.Receiver, demand.ReceiverGeneration, seconds) };
        foreach (var (column, value) in Columns.Zip([demand.Total.Requests, demand.Total.Tokens, demand.Total.NanoDollars]))
        {
            if (value > 0)
            {
                calls.Add(_raise[column].With(seconds, value, value, demand.Giver, budget, period, demand.Receiver, demand.ReceiverGeneration));
            }
        }

        await cluster.WriteAsync(new CqlBatch(calls, CqlConsistency.LocalQuorum) { IsIdempotent = true }, cancel);
    }

    public async ValueTask<IReadOnlyList<TransferDemand>> ReadAsync(AccountKey account, CancellationToken cancel)
    {
        var rows = await cluster.ExecuteAsync(_read.With(cluster.Region, account.Budget, account.Period), cancel);
        return [.. rows.Select(row => LedgerCluster.Decode(row, demand => new TransferDemand(
            account,
            cluster.Region,
            demand.Text("receiver"),
            demand.Int32("receiver_generation"),
            new SpendVector(demand.Int64("requests"), demand.Int64("tokens"), demand.Int64("nano_dollars")))))];
    }
}
