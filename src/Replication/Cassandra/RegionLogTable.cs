using GlobalGateway.Cql;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Cassandra;

/// <summary>
/// Region logs: entries are appended by conditional writes that the replicas of the owning data centre decide among themselves, and
/// leave only by their time to live. Actions of the specification: the appends of all that write a log.
/// </summary>
internal sealed class RegionLogTable(LedgerCluster cluster, TimeProvider clock)
{
    /// <summary>Entries stay this long after their period began; an append to a log whose time is over is refused.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(800);

    /// <summary>A reader that begins at the beginning looks for a fold when the log is longer.</summary>
    private const int PageEntries = 256;

    /// <summary>A region that is cut off must not be waited for.</summary>
    private static readonly TimeSpan OtherMax = TimeSpan.FromSeconds(1);

    private const string Key = "budget = ? AND period = ? AND region = ? AND generation = ?";

    private readonly CqlStatement _append = new(
        $"INSERT INTO {cluster.Keyspace}.region_log (budget, period, region, generation, idx, op_id, operations) VALUES (?, ?, ?, ?, ?, ?, ?) IF NOT EXISTS USING TTL ?",
        CqlConsistency.LocalQuorum, CqlSerialConsistency.LocalSerial);
    private readonly CqlStatement _readHere = new(Read(cluster.Keyspace), CqlConsistency.LocalQuorum) { PageSize = PageEntries };
    private readonly CqlStatement _readSettled = new(Read(cluster.Keyspace), CqlConsistency.LocalSerial) { PageSize = PageEntries };
    private readonly CqlStatement _readOther = new(Read(cluster.Keyspace), CqlConsistency.Quorum) { PageSize = PageEntries, Timeout = OtherMax };

    // A hint of where to begin: the newest fold wins, whatever the order of arrival.
    private readonly CqlStatement _folded = new(
        $"UPDATE {cluster.Keyspace}.log_folds USING TTL ? AND TIMESTAMP ? SET idx = ? WHERE {Key}", CqlConsistency.LocalQuorum) { IsIdempotent = true };
    private readonly CqlStatement _readFold = new($"SELECT idx FROM {cluster.Keyspace}.log_folds WHERE {Key}", CqlConsistency.LocalOne);

    public async ValueTask<AppendOutcome> AppendAsync(LogKey log, LogEntry entry, CancellationToken cancel)
    {
        var seconds = SecondsToLive(log.Account, clock.GetUtcNow());
        var (budget, period) = log.Account;
        var call = _append.With(budget, period, log.Region, log.Generation, entry.Index, entry.OperationId, StoredOperations.Write(entry.Operations), seconds);
        if (await cluster.CompareAndSetAsync(call, cancel) is not { } rows)
        {
            return AppendOutcome.Ambiguous;
        }

        if (!rows.WasApplied && rows[0].Guid("op_id") != entry.OperationId)
        {
            return AppendOutcome.Lost;
        }

        if (entry.Operations is [{ Kind: LogOperationKind.Fold }, ..])
        {
            await cluster.ExecuteAsync(_folded.With(seconds, entry.Index, entry.Index, budget, period, log.Region, log.Generation), cancel);
        }

        return AppendOutcome.Appended;
    }

    public async ValueTask<IReadOnlyList<LogEntry>> ReadAsync(LogKey log, long from, LogRead level, CancellationToken cancel)
    {
        var statement = (level, log.Region == cluster.Region) switch
        {
            (LogRead.Serial, true) => _readSettled,
            (LogRead.Serial, false) => throw new ArgumentException($"only {log.Region} can tell what was appended to {log}, and this is {cluster.Region}", nameof(level)),
            (LogRead.Quorum, false) => _readOther,
            _ => _readHere,
        };
        var call = Of(statement, log, from);
        var entries = new List<LogEntry>();
        while (true)
        {
            var rows = await cluster.ExecuteAsync(call, cancel);
            if (!Take(rows, from, entries) || rows.PagingState.IsEmpty)
            {
                return entries;
            }

            if (from == 0 && entries.Count == rows.Count && await FindFoldAsync(log, cancel) is { } fold && fold >= entries.Count)
            {
                (from, call) = (fold, Of(statement, log, fold));
                entries.Clear();
                continue;
            }

            call = call with { PagingState = rows.PagingState };
        }
    }

    /// <exception cref="LedgerUnavailableException">The account's time is over.</exception>
    public static int SecondsToLive(AccountKey account, DateTimeOffset now)
    {
        var left = account.Period + (long)Retention.TotalSeconds - now.ToUnixTimeSeconds();
        return left is > 0 and <= int.MaxValue
            ? (int)left
            : throw new LedgerUnavailableException($"{account} is not written any more, or not yet: what is stored of it stays {Retention.TotalDays:0} days from its beginning");
    }

    private async ValueTask<long?> FindFoldAsync(LogKey log, CancellationToken cancel)
    {
        var rows = await cluster.ExecuteAsync(_readFold.With(log.Account.Budget, log.Account.Period, log.Region, log.Generation), cancel);
        return rows is [{ } row, ..] ? row.Int64("idx") : null;
    }

    // Another region's entries may arrive here in any order: those behind a gap are not there yet.
    private static bool Take(CqlRows rows, long from, List<LogEntry> entries)
    {
        foreach (var row in rows)
        {
            var entry = LedgerCluster.Decode(row, static known => new LogEntry(known.Int64("idx"), known.Guid("op_id"), StoredOperations.Read(known.Text("operations"))));
            if (entry.Index != from + entries.Count)
            {
                return false;
            }

            entries.Add(entry);
        }

        return true;
    }

    private static CqlCall Of(CqlStatement statement, LogKey log, long from) =>
        statement.With(log.Account.Budget, log.Account.Period, log.Region, log.Generation, from);

    private static string Read(string keyspace) => $"SELECT idx, op_id, operations FROM {keyspace}.region_log WHERE {Key} AND idx >= ?";
}
