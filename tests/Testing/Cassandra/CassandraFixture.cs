using System.Diagnostics;
using GlobalGateway.Cql;
using GlobalGateway.LocalFleet.Cassandra;

namespace GlobalGateway.Testing.Cassandra;

/// <summary>A cluster of real Cassandra nodes on loopback addresses of its own, in folders of its own, ended and removed with the fixture.</summary>
public sealed class CassandraFixture : IDisposable
{
    private static readonly TimeSpan PeersMax = TimeSpan.FromSeconds(60);

    private static readonly CqlStatement Peers = new("SELECT data_center, schema_version FROM system.peers_v2", CqlConsistency.One);

    private readonly string _folder;

    private CassandraFixture(string folder, RunningCassandra[] nodes)
    {
        _folder = folder;
        Nodes = nodes;
    }

    /// <summary>Why there is no server here; absent when there is one.</summary>
    public static string? Missing => CassandraHome.Missing(CassandraHome.Find());

    /// <summary>In the order of the data centres asked for.</summary>
    public IReadOnlyList<RunningCassandra> Nodes { get; }

    public IReadOnlyList<string> ContactPoints => [.. Nodes.Select(node => node.ContactPoint)];

    public IReadOnlyList<string> ContactPointsOf(string datacenter) => [.. Nodes.Where(node => node.Datacenter == datacenter).Select(node => node.ContactPoint)];

    /// <summary>One node.</summary>
    public static Task<CassandraFixture> StartOneAsync(string datacenter, CancellationToken cancel, IReadOnlyDictionary<string, string>? settings = null) =>
        StartAsync([datacenter], cancel, settings);

    /// <summary>Three nodes of one data centre.</summary>
    public static Task<CassandraFixture> StartThreeAsync(string datacenter, CancellationToken cancel, IReadOnlyDictionary<string, string>? settings = null) =>
        StartAsync([datacenter, datacenter, datacenter], cancel, settings);

    /// <summary>A node for each entry, in that data centre: <c>["us-east", "eu-west", "ap-south"]</c> is three data centres.</summary>
    /// <param name="settings">Lines of <c>cassandra.yaml</c> that replace or add to the usual ones.</param>
    public static async Task<CassandraFixture> StartAsync(
        IReadOnlyList<string> datacenters, CancellationToken cancel, IReadOnlyDictionary<string, string>? settings = null)
    {
        if (Missing is { } missing)
        {
            throw new InvalidOperationException(missing);
        }

        var folder = Directory.CreateTempSubdirectory("gg-cassandra-").FullName;
        var addresses = CassandraAddresses.Next(datacenters.Count);
        var fixture = new CassandraFixture(folder,
        [
            .. datacenters.Select((datacenter, at) => new RunningCassandra(new CassandraNode
            {
                Name = $"cassandra-{datacenter}-{at + 1}",
                Home = CassandraHome.Find()!,
                JavaHome = CassandraHome.FindJava(),
                Folder = Path.Combine(folder, $"{at + 1}"),
                Address = addresses[at].ToString(),
                Seeds = [addresses[0].ToString()],
                DataCenter = datacenter,
                Token = CassandraNode.TokenOf(at, datacenters.Count),
                JmxPort = FreePorts.Next(),
                LogFile = Path.Combine(folder, $"{at + 1}.log"),
                Settings = settings ?? new Dictionary<string, string>(),
            })),
        ]);
        try
        {
            await fixture.StartNodesAsync(cancel);
            return fixture;
        }
        catch
        {
            fixture.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var node in Nodes)
        {
            node.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartNodesAsync(CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        foreach (var node in Nodes)
        {
            await node.LaunchAsync();
            await node.WaitForNodesAsync(cancel);
            Say(node, "found by others", watch);
        }

        foreach (var node in Nodes)
        {
            await node.WaitForClientsAsync(cancel);
            Say(node, "serving clients", watch);
        }

        foreach (var node in Nodes.Where(_ => Nodes.Count > 1))
        {
            await WaitForPeersAsync(node, cancel);
        }
    }

    /// <summary>A node that has not heard of the others yet creates tables for itself alone.</summary>
    private async Task WaitForPeersAsync(RunningCassandra node, CancellationToken cancel)
    {
        await using var session = new CqlSession(new CqlOptions { ContactPoints = [node.ContactPoint], LocalDatacenter = node.Datacenter }, TimeProvider.System);
        var self = new CqlNode(node.Address, node.Datacenter);
        var watch = Stopwatch.StartNew();
        while (await PeersAsync() < Nodes.Count - 1)
        {
            if (watch.Elapsed > PeersMax)
            {
                throw new InvalidOperationException($"{node.Node.Name} at {node.Node.Address} has not heard of all other nodes within {PeersMax.TotalSeconds:0} s");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancel);
        }

        async Task<int> PeersAsync()
        {
            try
            {
                return (await session.ExecuteAtAsync(self, Peers.With(), cancel)).Count(row => !row.IsNull("data_center") && !row.IsNull("schema_version"));
            }
            catch (CqlException)
            {
                // Busy with its start: it is asked again.
                return 0;
            }
        }
    }

    private static void Say(RunningCassandra node, string what, Stopwatch watch) =>
        Console.WriteLine($"{node.Node.Name} at {node.Address}: {what} after {watch.Elapsed.TotalSeconds:0.0} s");
}
