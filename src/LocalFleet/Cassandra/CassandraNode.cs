using System.Globalization;
using GlobalGateway.LocalFleet.Planning;

namespace GlobalGateway.LocalFleet.Cassandra;

/// <summary>Works out the files and the process of one small Cassandra node; touches neither disk nor network.</summary>
public sealed record CassandraNode
{
    public const int StoragePort = 7000;
    public const int CqlPort = 9042;

    /// <summary>How the process is called: <c>cassandra-us-east</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Where Cassandra is installed.</summary>
    public required string Home { get; init; }

    /// <summary>Null leaves it to the launcher to find one.</summary>
    public string? JavaHome { get; init; }

    /// <summary>Configuration and data of this node alone. Absolute.</summary>
    public required string Folder { get; init; }

    /// <summary>A loopback address of its own: ports are the same at every node.</summary>
    public required string Address { get; init; }

    /// <summary>Addresses of nodes that know the cluster; the first node's own.</summary>
    public required IReadOnlyList<string> Seeds { get; init; }

    public required string DataCenter { get; init; }
    public string Rack { get; init; } = "r1";
    public string Cluster { get; init; } = "local";

    /// <summary>Where on the ring it sits; no two nodes at the same place.</summary>
    public required long Token { get; init; }

    /// <summary>Where <c>nodetool -p</c> reaches it on 127.0.0.1.</summary>
    public required int JmxPort { get; init; }

    public string Heap { get; init; } = "320M";

    /// <summary>Lines of <c>cassandra.yaml</c> that replace those of the same name: a setting the ledger must refuse, passwords, TLS.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    public required string LogFile { get; init; }

    public string Configuration => Path.Combine(Folder, "conf");

    /// <summary>The places of <paramref name="nodes"/> nodes that share the ring evenly.</summary>
    public static long TokenOf(int node, int nodes) => long.MinValue / 2 + node * (long.MaxValue / nodes);

    public ProcessPlan Plan()
    {
        var data = Path.Combine(Folder, "data");
        var logs = Path.Combine(Folder, "logs");
        var environment = new Dictionary<string, string>
        {
            [CassandraHome.Variable] = Home,
            ["CASSANDRA_CONF"] = Configuration,
            ["CASSANDRA_DATA_DIR"] = data,
            ["CASSANDRA_LOG_DIR"] = logs,
            ["MAX_HEAP_SIZE"] = Heap,
        };
        if (JavaHome is not null)
        {
            environment["JAVA_HOME"] = JavaHome;
        }

        return new ProcessPlan
        {
            Name = Name,
            Role = PartRole.Cassandra,
            Region = DataCenter,
            Program = Path.Combine(Home, "bin", "cassandra"),
            Arguments =
            [
                "-f", "-R",
                // The nodes of a ring on one machine need not be waited for as those of a real one.
                "-Dcassandra.skip_wait_for_gossip_to_settle=0", "-Dcassandra.ring_delay_ms=1000",
                $"-Dcassandra.jmx.local.port={JmxPort.ToString(CultureInfo.InvariantCulture)}",
            ],
            Environment = environment,
            LogFile = LogFile,
            Host = Address,
            Ports = [CqlPort, StoragePort],
            Ready = new Uri($"cql://{Address}:{CqlPort.ToString(CultureInfo.InvariantCulture)}"),
            Folders = [Configuration, data, logs],
            Files =
            [
                new SettingsFile(Path.Combine(Configuration, "cassandra.yaml"), Yaml(data)),
                new SettingsFile(Path.Combine(Configuration, "cassandra-rackdc.properties"), $"dc={DataCenter}\nrack={Rack}\n"),
            ],
        };
    }

    private string Yaml(string data)
    {
        var lines = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["cluster_name"] = Cluster,
            ["num_tokens"] = "1",
            ["initial_token"] = Token.ToString(CultureInfo.InvariantCulture),
            ["auto_bootstrap"] = "false",
            ["partitioner"] = "org.apache.cassandra.dht.Murmur3Partitioner",
            ["endpoint_snitch"] = "GossipingPropertyFileSnitch",
            ["seed_provider"] = "[{ class_name: org.apache.cassandra.locator.SimpleSeedProvider, parameters: [{ seeds: \""
                + string.Join(',', Seeds.Select(seed => $"{seed}:{StoragePort}")) + "\" }] }]",
            ["listen_address"] = Address,
            ["rpc_address"] = Address,
            ["storage_port"] = StoragePort.ToString(CultureInfo.InvariantCulture),
            ["native_transport_port"] = CqlPort.ToString(CultureInfo.InvariantCulture),
            ["data_file_directories"] = $"[{Path.Combine(data, "data")}]",
            ["commitlog_directory"] = Path.Combine(data, "commitlog"),
            ["saved_caches_directory"] = Path.Combine(data, "saved_caches"),
            ["hints_directory"] = Path.Combine(data, "hints"),
            ["cdc_raw_directory"] = Path.Combine(data, "cdc_raw"),

            // What the ledger demands of a cluster.
            ["commitlog_sync"] = "group",
            ["commitlog_sync_group_window"] = "5ms",
            ["paxos_variant"] = "v2",
            ["paxos_state_purging"] = "repaired",

            // Small, because three of them share a laptop with everything else.
            ["commitlog_segment_size"] = "8MiB",
            ["commitlog_disk_access_mode"] = "legacy",
            ["memtable_heap_space"] = "64MiB",
            ["memtable_offheap_space"] = "64MiB",
            ["file_cache_size"] = "32MiB",
            ["networking_cache_size"] = "16MiB",
            ["key_cache_size"] = "8MiB",
            ["counter_cache_size"] = "0MiB",
            ["prepared_statements_cache_size"] = "4MiB",
            ["concurrent_reads"] = "8",
            ["concurrent_writes"] = "8",
            ["concurrent_compactors"] = "1",
            ["auto_snapshot"] = "false",

            ["authenticator"] = "AllowAllAuthenticator",
            ["authorizer"] = "AllowAllAuthorizer",
        };
        foreach (var (name, value) in Settings)
        {
            lines[name] = value;
        }

        return string.Concat(lines.Select(line => $"{line.Key}: {line.Value}\n"));
    }
}
