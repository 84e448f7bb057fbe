using GlobalGateway.Cql;
using GlobalGateway.Replication.Cassandra.Schema;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Cassandra;

/// <summary>
/// The cluster that a region's ledger is in. Nothing is read or written before it was found to be one that the ledger may trust
/// (<see cref="ClusterChecks"/>); a cluster that is not stays refused until it is.
/// </summary>
public sealed class LedgerCluster : IAsyncDisposable
{
    /// <summary>A cluster that was refused is looked at again after this.</summary>
    private static readonly TimeSpan CheckAgain = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private (string Why, long At)? _refusal;
    private volatile bool _trusted;

    /// <param name="region">The region whose logs are written here.</param>
    /// <param name="fewReplicas">Takes fewer than three replicas in a data centre: for tests and laptops.</param>
    public LedgerCluster(ICqlSession session, string keyspace, string region, bool fewReplicas, TimeProvider clock)
    {
        (Session, Keyspace, Region, _clock) = (session, KeyspaceName.Check(keyspace), region, clock);
        Checks = new ClusterChecks(session, Keyspace, fewReplicas);
    }

    public ICqlSession Session { get; }

    public string Keyspace { get; }

    public string Region { get; }

    public ClusterChecks Checks { get; }

    /// <exception cref="LedgerUnavailableException">It failed or cannot be told; <see cref="CqlException"/> inside says which.</exception>
    internal async ValueTask<CqlRows> ExecuteAsync(CqlCall call, CancellationToken cancel)
    {
        await EnsureTrustedAsync(cancel);
        try
        {
            return await Session.ExecuteAsync(call, cancel);
        }
        catch (CqlException problem)
        {
            throw Unavailable(problem);
        }
    }

    /// <exception cref="LedgerUnavailableException">As above.</exception>
    internal async ValueTask WriteAsync(CqlBatch batch, CancellationToken cancel)
    {
        await EnsureTrustedAsync(cancel);
        try
        {
            await Session.ExecuteBatchAsync(batch, cancel);
        }
        catch (CqlException problem)
        {
            throw Unavailable(problem);
        }
    }

    /// <summary>A conditional write: the rows say whether its condition held.</summary>
    /// <returns>Null when nobody knows whether it was or will be done.</returns>
    /// <exception cref="LedgerUnavailableException">It was not done.</exception>
    internal async ValueTask<CqlRows?> CompareAndSetAsync(CqlCall call, CancellationToken cancel)
    {
        await EnsureTrustedAsync(cancel);
        try
        {
            return await Session.ExecuteAsync(call, cancel);
        }
        catch (CqlException problem) when (problem.IsAmbiguous)
        {
            return null;
        }
        catch (CqlException problem)
        {
            throw Unavailable(problem);
        }
    }

    /// <summary>Reads a row; one that is not what its table says contradicts what is stored, whoever wrote it.</summary>
    /// <exception cref="LedgerCorruptException">It cannot be read.</exception>
    internal static T Decode<T>(CqlRow row, Func<CqlRow, T> read)
    {
        try
        {
            return read(row);
        }
        catch (CqlProtocolException problem)
        {
            throw new LedgerCorruptException($"a row of the ledger cannot be read: {problem.Message}");
        }
    }

    /// <summary>All rows of a statement, page after page.</summary>
    /// <exception cref="LedgerUnavailableException">Reading failed; some rows may have been given.</exception>
    internal async IAsyncEnumerable<CqlRow> ReadAllAsync(CqlCall call, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        while (true)
        {
            var rows = await ExecuteAsync(call, cancel);
            foreach (var row in rows)
            {
                yield return row;
            }

            if (rows.PagingState.IsEmpty)
            {
                yield break;
            }

            call = call with { PagingState = rows.PagingState };
        }
    }

    /// <exception cref="LedgerUnavailableException">It does not answer, or is not one that the ledger may trust.</exception>
    private ValueTask EnsureTrustedAsync(CancellationToken cancel) => _trusted ? ValueTask.CompletedTask : CheckAsync(cancel);

    private async ValueTask CheckAsync(CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            if (_trusted)
            {
                return;
            }

            if (_refusal is not { } refusal || _clock.GetElapsedTime(refusal.At) > CheckAgain)
            {
                _refusal = await Checks.FindRefusalAsync(cancel) is { } why ? (why, _clock.GetTimestamp()) : null;
                _trusted = _refusal is null;
            }
        }
        catch (CqlException problem)
        {
            throw Unavailable(problem);
        }
        finally
        {
            _gate.Release();
        }

        if (_refusal is { Why: var because })
        {
            throw new LedgerUnavailableException($"the ledger refuses this Cassandra: {because}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync();
        _gate.Dispose();
    }

    private static LedgerUnavailableException Unavailable(CqlException problem) => new($"Cassandra: {problem.Message}", problem);
}
