using GlobalGateway.Cql;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Cassandra;

/// <summary>
/// A feed of hints to one region's edges, in slots of time. A position is a time in microseconds; a reader looks back a little each
/// time, since writers' clocks differ, and leaves out what it has seen.
/// </summary>
internal sealed class HintTable<T>(LedgerCluster cluster, string feed, Func<CqlRow, T> read, TimeProvider clock)
{
    /// <summary>Hints of one answer; those after it come with the next.</summary>
    private const int PageMax = 1_000;

    private const long SecondTicks = 1_000_000;
    private const long SlotTicks = 600 * SecondTicks;

    /// <summary>How late a hint may appear and still be read.</summary>
    private const long LookBack = 5 * SecondTicks;

    private readonly CqlStatement _write = new(
        $"INSERT INTO {cluster.Keyspace}.hints (feed, region, slot, at, id, budget, period, generation, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", CqlConsistency.LocalQuorum) { IsIdempotent = true };

    private readonly CqlStatement _read = new(
        $"SELECT at, id, budget, period, generation, sealed FROM {cluster.Keyspace}.hints WHERE feed = ? AND region = ? AND slot = ? AND at > ? LIMIT {PageMax}", CqlConsistency.LocalQuorum);

    private readonly Lock _gate = new();
    private readonly Dictionary<(long At, Guid Id), long> _seen = [];
    private long? _begins;
    private long _written;

    /// <param name="log">Of a hint of demand: the account's, in the region that is told.</param>
    public async ValueTask PublishAsync(string region, LogKey log, int upTo, CancellationToken cancel)
    {
        long at;
        lock (_gate)
        {
            // One writer's hints in the order of its writing.
            at = _written = Math.Max(_written + 1, Now());
        }

        await cluster.ExecuteAsync(_write.With(feed, region, at / SlotTicks, at, Guid.NewGuid(), log.Account.Budget, log.Account.Period, log.Generation, upTo), cancel);
    }

    public async ValueTask<HintPage<T>> ReadAsync(string region, long position, CancellationToken cancel)
    {
        var now = Now();
        if (position < 0)
        {
            _begins ??= now - LookBack;
            return new HintPage<T>([], now);
        }

        var begins = _begins ??= position;
        var (from, until) = (Math.Max(begins, position - LookBack), Math.Max(now, position) + LookBack);
        var (hints, next) = (new List<T>(), Math.Max(position, now - LookBack));
        for (var slot = from / SlotTicks; slot <= until / SlotTicks; slot++)
        {
            var rows = await cluster.ExecuteAsync(_read.With(feed, region, slot, from), cancel);
            foreach (var row in rows)
            {
                if (Note(row.Int64("at"), row.Guid("id")))
                {
                    hints.Add(read(row));
                    next = Math.Max(next, row.Int64("at"));
                }
            }

            if (rows.Count == PageMax)
            {
                // More than are looked at each time: those behind these come first next time.
                next = rows[^1].Int64("at") + LookBack;
                break;
            }
        }

        Forget(next - 2 * LookBack);
        return new HintPage<T>(hints, next);
    }

    private bool Note(long at, Guid id)
    {
        lock (_gate)
        {
            return _seen.TryAdd((at, id), at);
        }
    }

    private void Forget(long before)
    {
        lock (_gate)
        {
            foreach (var (key, at) in _seen)
            {
                if (at < before)
                {
                    _seen.Remove(key);
                }
            }
        }
    }

    private long Now() => clock.GetUtcNow().UtcTicks / TimeSpan.TicksPerMicrosecond - DateTimeOffset.UnixEpoch.UtcTicks / TimeSpan.TicksPerMicrosecond;
}
