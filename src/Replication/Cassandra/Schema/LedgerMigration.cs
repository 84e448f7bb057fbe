using GlobalGateway.Cql;

namespace GlobalGateway.Replication.Cassandra.Schema;

/// <summary>Brings a cluster's keyspace and tables to the version this program knows; may be run twice and by several at once.</summary>
public sealed class LedgerMigration(ICqlSession session, string keyspace, TimeProvider clock)
{
    internal const string Part = "ledger";

    /// <summary>How long the nodes may take to agree on their schema.</summary>
    public static readonly TimeSpan AgreementMax = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan AgreementPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ChangeMax = TimeSpan.FromSeconds(30);

    private static readonly CqlStatement Own = new("SELECT schema_version FROM system.local", CqlConsistency.One);
    private static readonly CqlStatement Peers = new("SELECT schema_version FROM system.peers", CqlConsistency.One);

    /// <param name="replication">Replicas by data centre for a keyspace that is not there yet; one that is there stays as it is.</param>
    /// <exception cref="CqlException">A statement failed; run it again.</exception>
    /// <exception cref="TimeoutException">The nodes do not agree on their schema.</exception>
    public async ValueTask RunAsync(IReadOnlyDictionary<string, int> replication, CancellationToken cancel = default)
    {
        var name = KeyspaceName.Check(keyspace);
        if (replication.Count > 0)
        {
            var factors = string.Join(", ", replication.Select(part => $"'{part.Key.Replace("'", "''", StringComparison.Ordinal)}': {part.Value}"));
            await ChangeAsync($"CREATE KEYSPACE IF NOT EXISTS {name} WITH replication = {{'class': 'NetworkTopologyStrategy', {factors}}} AND durable_writes = true", cancel);
        }

        foreach (var statement in LedgerTables.Create(name))
        {
            await ChangeAsync(statement, cancel);
        }

        var version = new CqlStatement($"INSERT INTO {name}.schema_versions (part, version, applied) VALUES (?, ?, ?)", CqlConsistency.EachQuorum) { IsIdempotent = true };
        await session.ExecuteAsync(version.With(Part, LedgerTables.Version, clock.GetUtcNow()), cancel);
    }

    // The next statement may go to a node that has not heard of this one.
    private async ValueTask ChangeAsync(string text, CancellationToken cancel)
    {
        await session.ExecuteAsync(new CqlStatement(text, CqlConsistency.One) { IsIdempotent = true, Timeout = ChangeMax }.With(), cancel);
        for (var begun = clock.GetTimestamp(); !await AgreeAsync(cancel);)
        {
            if (clock.GetElapsedTime(begun) > AgreementMax)
            {
                throw new TimeoutException($"the nodes do not agree on the schema of {keyspace}; see nodetool describecluster");
            }

            await Task.Delay(AgreementPause, clock, cancel);
        }
    }

    private async ValueTask<bool> AgreeAsync(CancellationToken cancel)
    {
        var node = session.Nodes[0];
        var versions = (await session.ExecuteAtAsync(node, Own.With(), cancel)).Concat(await session.ExecuteAtAsync(node, Peers.With(), cancel));
        return versions.Where(row => !row.IsNull("schema_version")).Select(row => row.Guid("schema_version")).Distinct().Count() == 1;
    }
}
