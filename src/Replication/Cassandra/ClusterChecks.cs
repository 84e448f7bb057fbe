using GlobalGateway.Cql;
using GlobalGateway.Replication.Cassandra.Schema;
using GlobalGateway.Replication.Survey;

namespace GlobalGateway.Replication.Cassandra;

/// <summary>
/// Whether a cluster keeps what the ledger needs: acknowledged writes are on disks, conditional writes are decided as they were
/// acknowledged, and the data centre asked is the one that owns the region's logs.
/// </summary>
public sealed class ClusterChecks(ICqlSession session, string keyspace, bool fewReplicas)
{
    /// <summary>Replicas of a data centre, so that one of them may be lost.</summary>
    public const int ReplicasMin = 3;

    private const string Topology = "org.apache.cassandra.locator.NetworkTopologyStrategy";

    private static readonly CqlStatement Local = new("SELECT data_center, release_version FROM system.local", CqlConsistency.One);
    private static readonly CqlStatement Settings = new(
        "SELECT name, value FROM system_views.settings WHERE name IN ('commitlog_sync', 'paxos_variant')", CqlConsistency.One);
    private static readonly CqlStatement Keyspaces = new("SELECT replication, durable_writes FROM system_schema.keyspaces WHERE keyspace_name = ?", CqlConsistency.One);

    private readonly CqlStatement _versions = new($"SELECT version FROM {keyspace}.schema_versions WHERE part = ?", CqlConsistency.LocalQuorum);

    /// <summary>Every check, on every local node that says of itself what is asked.</summary>
    /// <exception cref="CqlException">Nothing can be told: no node answers.</exception>
    public async ValueTask<IReadOnlyList<StoreCheck>> RunAsync(CancellationToken cancel = default)
    {
        var checks = new List<StoreCheck>();
        foreach (var node in await ReachableAsync(checks, cancel))
        {
            checks.Add(await DatacenterAsync(node, cancel));
            checks.AddRange(await SettingsAsync(node, cancel));
        }

        var replication = await ReplicationAsync(cancel);
        checks.AddRange(replication);
        if (!replication.Exists(check => check.Outcome == CheckOutcome.Failed))
        {
            checks.Add(await TablesAsync(cancel));
        }

        return checks;
    }

    /// <summary>Why the ledger may not use the cluster; null when it may.</summary>
    /// <exception cref="CqlException">Nothing can be told.</exception>
    public async ValueTask<string?> FindRefusalAsync(CancellationToken cancel = default)
    {
        var failed = (await RunAsync(cancel)).Where(check => check.Outcome == CheckOutcome.Failed).ToList();
        return failed.Count == 0 ? null : string.Join("; ", failed.Select(check => $"{check.Name} is {check.Found}: {check.Remedy}"));
    }

    // A node that is down now is checked by whoever asks again; the ledger goes on with the others.
    private async ValueTask<List<CqlNode>> ReachableAsync(List<StoreCheck> checks, CancellationToken cancel)
    {
        // Makes the session look for nodes, and fails when there is none.
        await session.ExecuteAsync(Local.With(), cancel);
        var reachable = new List<CqlNode>();
        foreach (var node in session.Nodes)
        {
            try
            {
                await session.ExecuteAtAsync(node, Local.With(), cancel);
                reachable.Add(node);
            }
            catch (CqlException problem)
            {
                checks.Add(StoreCheck.Unknown($"cassandra {node.Address}", problem.Message, "start the node, or remove it from the cluster"));
            }
        }

        return reachable;
    }

    private async ValueTask<StoreCheck> DatacenterAsync(CqlNode node, CancellationToken cancel)
    {
        var row = (await session.ExecuteAtAsync(node, Local.With(), cancel))[0];
        var (name, found) = ($"cassandra {node.Address} data centre", row.Text("data_center"));
        return found == session.LocalDatacenter
            ? StoreCheck.Ok(name, $"{found}, Cassandra {row.Text("release_version")}")
            : StoreCheck.Failed(name, found, $"name nodes of {session.LocalDatacenter}, which owns this region's logs; conditional writes of another data centre are decided apart");
    }

    private async ValueTask<List<StoreCheck>> SettingsAsync(CqlNode node, CancellationToken cancel)
    {
        Dictionary<string, string> settings;
        try
        {
            settings = (await session.ExecuteAtAsync(node, Settings.With(), cancel)).ToDictionary(row => row.Text("name"), row => row.IsNull("value") ? "" : row.Text("value"));
        }
        catch (CqlServerException problem) when (problem.Code is CqlErrorCode.Unauthorized or CqlErrorCode.Invalid)
        {
            return [StoreCheck.Failed($"cassandra {node.Address} settings", problem.Message, "use Cassandra 4.1 or later and GRANT SELECT ON system_views.settings to the ledger's role")];
        }

        return
        [
            Setting("commitlog_sync", ["batch", "group"], "a write that was acknowledged is lost when the machine stops"),
            Setting("paxos_variant", ["v2"], "reads at LOCAL_SERIAL do not settle every append"),
        ];

        StoreCheck Setting(string setting, string[] wanted, string otherwise)
        {
            var name = $"cassandra {node.Address} {setting}";
            var value = settings.GetValueOrDefault(setting, "not told");
            return wanted.Contains(value)
                ? StoreCheck.Ok(name, value)
                : StoreCheck.Failed(name, value, $"set {setting} to {string.Join(" or ", wanted)} in cassandra.yaml and restart the node; otherwise {otherwise}");
        }
    }

    private async ValueTask<List<StoreCheck>> ReplicationAsync(CancellationToken cancel)
    {
        var name = $"cassandra keyspace {keyspace}";
        if ((await session.ExecuteAsync(Keyspaces.With(keyspace), cancel)) is not [{ } row, ..])
        {
            return [StoreCheck.Failed(name, "not there", "create it with gg ledger migrate --replication DATACENTRE=FACTOR,…")];
        }

        var replication = row.TextMap("replication");
        var strategy = replication.GetValueOrDefault("class", "");
        if (strategy != Topology)
        {
            return [StoreCheck.Failed($"{name} strategy", strategy[(strategy.LastIndexOf('.') + 1)..], "ALTER KEYSPACE to NetworkTopologyStrategy with a factor of 3 in every data centre, then repair")];
        }

        var checks = new List<StoreCheck>
        {
            row.Boolean("durable_writes")
                ? StoreCheck.Ok($"{name} durable writes", "true")
                : StoreCheck.Failed($"{name} durable writes", "false", "ALTER KEYSPACE WITH durable_writes = true; otherwise what was acknowledged is lost when nodes stop"),
        };
        var least = fewReplicas ? 1 : ReplicasMin;
        foreach (var (datacenter, text) in replication.Where(part => part.Key != "class"))
        {
            var check = $"{name} replicas in {datacenter}";
            checks.Add(int.TryParse(text, out var factor) && factor >= least
                ? StoreCheck.Ok(check, text)
                : StoreCheck.Failed(check, text, $"ALTER KEYSPACE to at least {ReplicasMin} replicas in {datacenter} and repair; with fewer, a lost node loses what was acknowledged"));
        }

        if (!replication.ContainsKey(session.LocalDatacenter))
        {
            checks.Add(StoreCheck.Failed($"{name} replicas in {session.LocalDatacenter}", "none", $"ALTER KEYSPACE to replicate to {session.LocalDatacenter} and rebuild it there"));
        }

        return checks;
    }

    private async ValueTask<StoreCheck> TablesAsync(CancellationToken cancel)
    {
        var name = $"cassandra keyspace {keyspace} tables";
        try
        {
            var version = (await session.ExecuteAsync(_versions.With(LedgerMigration.Part), cancel)).Select(row => row.Int32("version")).DefaultIfEmpty().Max();
            return version == 0 ? StoreCheck.Failed(name, "incomplete", "run gg ledger migrate")
                : version < LedgerTables.Version ? StoreCheck.Failed(name, $"version {version}", $"run gg ledger migrate, which makes them version {LedgerTables.Version}")
                : StoreCheck.Ok(name, $"version {version}");
        }
        catch (CqlServerException problem) when (problem.Code is CqlErrorCode.Invalid or CqlErrorCode.Syntax)
        {
            return StoreCheck.Failed(name, "not there", "run gg ledger migrate");
        }
    }
}
