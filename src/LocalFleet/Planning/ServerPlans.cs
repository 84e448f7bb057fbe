using System.Globalization;
using GlobalGateway.LocalFleet.Cassandra;

namespace GlobalGateway.LocalFleet.Planning;

/// <summary>Works out the servers of a fleet, one etcd and one of each other kind in each region; touches neither disk nor network.</summary>
internal static class ServerPlans
{
    public const string EtcdName = "etcd";

    public static IEnumerable<ProcessPlan> Make(FleetOptions options, FleetPaths paths)
    {
        if (options.Servers.HasFlag(FleetServers.Etcd))
        {
            yield return Etcd(options, paths);
        }

        if (options.Servers.HasFlag(FleetServers.Redis))
        {
            foreach (var (index, region) in options.Regions.Index())
            {
                yield return Redis(options, paths, region, index);
            }
        }

        if (options.Servers.HasFlag(FleetServers.Cassandra))
        {
            foreach (var (index, region) in options.Regions.Index())
            {
                yield return Cassandra(options, paths, region, index) with { Group = options.FirstServerGroup + index };
            }
        }
    }

    public static string CqlAddress(FleetOptions options, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{options.Ports.NodeAddress(index)}:{CassandraNode.CqlPort}");

    public static string EtcdUrl(FleetOptions options) => Url(options.Ports.Etcd.Client);

    private static ProcessPlan Etcd(FleetOptions options, FleetPaths paths)
    {
        var (client, peer) = (EtcdUrl(options), Url(options.Ports.Etcd.Peer));
        return new ProcessPlan
        {
            Name = EtcdName,
            Role = PartRole.Etcd,
            Program = "etcd",
            Arguments =
            [
                "--name", EtcdName, "--data-dir", paths.Etcd, "--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer,
                "--initial-advertise-peer-urls", peer, "--initial-cluster", $"{EtcdName}={peer}", "--logger", "zap",
            ],
            LogFile = paths.Log(EtcdName),
            Ports = [options.Ports.Etcd.Client, options.Ports.Etcd.Peer],
            Ready = new Uri($"{client}/health"),
        };
    }

    private static string Url(int port) => string.Create(CultureInfo.InvariantCulture, $"http://{ProcessPlan.Loopback}:{port}");

    private static ProcessPlan Redis(FleetOptions options, FleetPaths paths, string region, int index)
    {
        var name = $"redis-{region}";
        var port = options.Ports.Servers[index].Redis;
        var folder = paths.Redis(region);
        return new ProcessPlan
        {
            Name = name,
            Role = PartRole.Redis,
            Region = region,
            Program = "redis-server",
            Arguments =
            [
                "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", ProcessPlan.Loopback, "--dir", folder,
                // Slices must neither come back from a file nor be evicted, and a server without replicas must keep the id that slices are bound to.
                "--save", "", "--appendonly", "no", "--maxmemory", "256mb", "--maxmemory-policy", "noeviction", "--repl-backlog-ttl", "0",
            ],
            LogFile = paths.Log(name),
            Ports = [port],
            Ready = new Uri($"redis://{ProcessPlan.Loopback}:{port.ToString(CultureInfo.InvariantCulture)}"),
            Folders = [folder],
        };
    }

    private static ProcessPlan Cassandra(FleetOptions options, FleetPaths paths, string region, int index)
    {
        var name = $"cassandra-{region}";
        return new CassandraNode
        {
            Name = name,
            // Without one, the preconditions say how to get it before anything starts.
            Home = options.CassandraHome ?? "",
            JavaHome = options.JavaHome,
            Folder = paths.Cassandra(region),
            Address = options.Ports.NodeAddress(index),
            Seeds = [options.Ports.NodeAddress(0)],
            DataCenter = region,
            Cluster = FleetOptions.FleetName,
            Token = CassandraNode.TokenOf(index, options.Regions.Count),
            JmxPort = options.Ports.Servers[index].CassandraJmx,
            LogFile = paths.Log(name),
        }.Plan();
    }
}
