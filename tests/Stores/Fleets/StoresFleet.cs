using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using GlobalGateway.Cql;
using GlobalGateway.LocalFleet.Cassandra;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Ports;
using GlobalGateway.Replication.Cassandra;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Testing;
using GlobalGateway.Testing.Fleets;
using GlobalGateway.Testing.Ledgers;
using GlobalGateway.Testing.Redis;
using Xunit;

namespace GlobalGateway.Stores.Fleets;

/// <summary>
/// Three regions as real processes, each with an edge, a Redis and a Cassandra node that is its data centre; started once for all tests,
/// because Cassandra takes its time. Each test spends a tenant's budget of its own.
/// </summary>
public sealed class StoresFleet : FleetFixture, IAsyncLifetime
{
    /// <summary>Groups that nobody else on a test machine has.</summary>
    private const int FirstServerGroup = 61_740;

    private readonly Dictionary<string, LedgerCluster> _clusters = [];
    private readonly HttpClient _simulator = new();
    private FleetOptions? _options;

    public static IReadOnlyList<string> Regions { get; } = ["us-east", "eu-west", "ap-south"];

    /// <summary>Why tests on real servers cannot run here, and how to get what is missing; null when they can.</summary>
    public static string? Missing => RedisServer.Missing ?? CassandraHome.Missing(CassandraHome.Find());

    private FleetOptions Options => _options ?? throw new InvalidOperationException("The fleet is not started.");

    public async ValueTask InitializeAsync()
    {
        if (Missing is null)
        {
            await StartAsync();
            _simulator.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Fleet.AdminToken);
        }
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        _simulator.Dispose();
        foreach (var cluster in _clusters.Values)
        {
            await cluster.DisposeAsync();
        }

        KeepLogs();
        await DisposeAsync();
    }

    public static string RedisOf(string region) => $"redis-{region}";

    public static string CassandraOf(string region) => $"cassandra-{region}";

    public int RedisPort(string region) => Fleet.Process(RedisOf(region)).Plan.Port;

    public static string KeyOf(string tenant) => $"gg-{tenant}";

    /// <summary>The address that a region's Cassandra has for other nodes, and the group by which a filter knows it.</summary>
    public (string Address, int Group) NodeOf(string region) =>
        (Fleet.Process(CassandraOf(region)).Plan.Host, FirstServerGroup + Index(region));

    /// <summary>A session of this test in that region's data centre, as its edge has one.</summary>
    public LedgerCluster Cluster(string region)
    {
        if (!_clusters.TryGetValue(region, out var cluster))
        {
            var contact = string.Create(CultureInfo.InvariantCulture, $"{NodeOf(region).Address}:{CassandraNode.CqlPort}");
            var session = new CqlSession(new CqlOptions { ContactPoints = [contact], LocalDatacenter = region }, TimeProvider.System);
            _clusters[region] = cluster = new LedgerCluster(session, "globalgateway", region, fewReplicas: true, TimeProvider.System);
        }

        return cluster;
    }

    public LedgerAudit Audit(AccountKey account) => new(
        [.. Regions.Select(region => (region, (Replication.Stores.ILedgerStore)new CassandraLedger(Cluster(region), TimeProvider.System)))],
        new CassandraUsage(Cluster(Regions[0])),
        account);

    /// <summary>How long each call to a provider takes from now on.</summary>
    public async Task AnswerWithinAsync(TimeSpan time)
    {
        using var answer = await _simulator.PutAsJsonAsync(
            new Uri(Fleet.SimulatorAddress, "/admin/latency"), new { firstToken = new { shape = "fixed", ms = time.TotalMilliseconds } });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>How many requests the providers have got since they were started; the simulator numbers them.</summary>
    public async Task<int> CallsAsync()
    {
        var last = JsonNode.Parse(await _simulator.GetStringAsync(new Uri(Fleet.SimulatorAddress, "/admin/requests?limit=1")))!["requests"]!.AsArray();
        return last is [{ } request] ? request["sequence"]!.GetValue<int>() : 0;
    }

    /// <summary>Starts again what is down and waits until all of it can do its work.</summary>
    public async Task HealAsync(TimeSpan limit)
    {
        foreach (var process in Fleet.Processes)
        {
            process.Resume();
            if (process.HasExited)
            {
                await Fleet.RestartAsync(process.Plan.Name);
            }
        }

        await Fleet.WaitReadyAsync(limit);
    }

    protected override FleetOptions Configure(FleetOptions options)
    {
        File.WriteAllText(Path.Combine(ConfigDirectory, "stores.yaml"), string.Concat(Budgets.TestBudgets.All.Select(budget => Resources(budget.Name, budget.Limit))));
        return _options = options with
        {
            Servers = FleetServers.Redis | FleetServers.Cassandra,
            CassandraHome = CassandraHome.Find(),
            JavaHome = CassandraHome.FindJava(),
            FirstServerGroup = Environment.IsPrivilegedProcess ? FirstServerGroup : null,
        };
    }

    /// <summary>The last run's, for whoever has to find out why it failed.</summary>
    private void KeepLogs()
    {
        if (_options is null)
        {
            return;
        }

        var kept = Directory.CreateDirectory(SourceTree.PathOf("artifacts", "tests", "stores-logs"));
        foreach (var log in Directory.EnumerateFiles(Path.Combine(Options.StateDirectory, "logs")))
        {
            File.Copy(log, Path.Combine(kept.FullName, Path.GetFileName(log)), overwrite: true);
        }
    }

    private static int Index(string region) => Regions.Index().Single(known => known.Item == region).Index;

    private static string Resources(string name, string limit) => $$"""
        apiVersion: globalgateway.dev/v1
        kind: Tenant
        metadata: { name: {{name}} }
        spec:
          tier: P0
          models: ["*"]
          keys:
            - { name: test, sha256: {{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(KeyOf(name))))}} }
        ---
        apiVersion: globalgateway.dev/v1
        kind: Budget
        metadata: { name: {{name}} }
        spec:
          id: {{name}}
          appliesTo: { tenant: {{name}} }
          limit: {{limit}}
          period: month
        ---
        apiVersion: globalgateway.dev/v1
        kind: RateLimit
        metadata: { name: {{name}} }
        spec:
          appliesTo: { tenant: {{name}} }
          requests: { limit: 10k, per: 1s }
        ---

        """;
}

[CollectionDefinition(Name)]
public sealed class StoresCollection : ICollectionFixture<StoresFleet>
{
    public const string Name = "stores fleet";
}
