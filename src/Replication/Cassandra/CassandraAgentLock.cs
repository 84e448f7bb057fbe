using GlobalGateway.Cql;
using GlobalGateway.Replication.Agent;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Cassandra;

/// <summary>The region's agent is the edge that holds a row of its data centre, for a term that it renews. Two may believe it for a while, which does no harm.</summary>
/// <param name="holder">The edge's name, the same in all its runs.</param>
public sealed class CassandraAgentLock(LedgerCluster cluster, string holder, TimeProvider clock) : IAgentLock, IDisposable
{
    /// <summary>How long a region is without an agent at most once its agent is gone.</summary>
    public static readonly TimeSpan Term = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan AskEvery = Term / 3;

    private readonly CqlStatement _take = new(
        $"INSERT INTO {cluster.Keyspace}.agents (region, holder) VALUES (?, ?) IF NOT EXISTS USING TTL ?", CqlConsistency.LocalQuorum, CqlSerialConsistency.LocalSerial);
    private readonly CqlStatement _renew = new(
        $"UPDATE {cluster.Keyspace}.agents USING TTL ? SET holder = ? WHERE region = ? IF holder = ?", CqlConsistency.LocalQuorum, CqlSerialConsistency.LocalSerial);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private long? _asked;
    private long? _held;

    /// <exception cref="LedgerUnavailableException">Nobody knows who holds it.</exception>
    public async ValueTask<bool> HoldAsync(CancellationToken cancel = default)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            if (_asked is not { } asked || clock.GetElapsedTime(asked) >= AskEvery)
            {
                var begun = clock.GetTimestamp();
                _asked = begun;
                var seconds = (int)Term.TotalSeconds;
                var call = IsHeld ? _renew.With(seconds, holder, cluster.Region, holder) : _take.With(cluster.Region, holder, seconds);
                var rows = await cluster.CompareAndSetAsync(call, cancel);

                // After an answer that was lost the row may still name this edge: then it is renewed.
                var mine = rows is { WasApplied: true } || rows is [{ } row, ..] && !row.IsNull("holder") && row.Text("holder") == holder;
                _held = mine ? begun : _held;
            }

            return IsHeld;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The row ends by itself; the same edge, started again, renews it.</summary>
    public void Dispose() => _gate.Dispose();

    private bool IsHeld => _held is { } held && clock.GetElapsedTime(held) < Term;
}
