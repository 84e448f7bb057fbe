using System.Text.Json.Nodes;
using GlobalGateway.LocalFleet.Ports;

namespace GlobalGateway.LocalFleet.Planning;

/// <summary>Works out the processes of a fleet; touches neither disk nor network.</summary>
public static class FleetPlan
{
    public const string ControlPlaneName = "control-plane";
    public const string SimulatorName = "simulator";
    public const string MigrationName = "ledger-migrate";

    public static IReadOnlyList<ProcessPlan> Make(FleetOptions options)
    {
        if (options.EdgesPerRegion is < 1 or > FleetOptions.EdgesPerRegionMax || options.Ports.Edges.Count != options.Regions.Count * options.EdgesPerRegion)
        {
            throw new ArgumentException($"{options.Regions.Count} regions with {options.EdgesPerRegion} edges each and ports for {options.Ports.Edges.Count} edges", nameof(options));
        }

        if (options.Redis is not null && options.Servers.HasFlag(FleetServers.Redis))
        {
            throw new ArgumentException("edges use one Redis: the fleet's own or another", nameof(options));
        }

        if (options.Etcd.Count > 0 && options.Servers.HasFlag(FleetServers.Etcd))
        {
            throw new ArgumentException("control planes use one etcd: the fleet's own or another", nameof(options));
        }

        if (options.StandbyPlanes != options.Ports.Standbys.Count || (options.StandbyPlanes > 0 && EtcdOf(options).Count == 0))
        {
            throw new ArgumentException($"{options.StandbyPlanes} standbys need as many ports, and an etcd to share", nameof(options));
        }

        var paths = new FleetPaths(options.StateDirectory);
        var processes = new List<ProcessPlan>();
        if (options.ControlPlane)
        {
            processes.AddRange(Enumerable.Range(1, options.StandbyPlanes + 1).Select(number => ControlPlane(options, paths, number)));
        }

        for (var number = 1; number <= options.EdgesPerRegion; number++)
        {
            processes.AddRange(options.Regions.Select((region, index) => Edge(options, paths, region, index, number)));
        }

        if (options.Simulator)
        {
            processes.Add(Simulator(options, paths));
        }

        processes.AddRange(ServerPlans.Make(options, paths));
        return processes;
    }

    /// <summary>Creates the ledger's tables, or finds that they are there; runs to its end before any edge starts.</summary>
    public static ProcessPlan? Migration(FleetOptions options)
    {
        if (!options.Servers.HasFlag(FleetServers.Cassandra))
        {
            return null;
        }

        var paths = new FleetPaths(options.StateDirectory);
        var edge = Edge(options, paths, options.Regions[0], 0, 1);
        return edge with
        {
            Name = MigrationName,
            Arguments = [.. edge.Arguments, "ledger", "migrate", "--replication", string.Join(',', options.Regions.Select(region => $"{region}=1"))],
            LogFile = paths.Log(MigrationName),
        };
    }

    public static string EdgeProgram(FleetOptions options) => Program(options, "EdgeNode");

    private static ProcessPlan ControlPlane(FleetOptions options, FleetPaths paths, int number)
    {
        var name = PlaneProcess(number);
        var ports = PortsOf(options, number);
        var tls = Path.Combine(paths.Plane(name), "tls");
        var settings = new JsonObject
        {
            ["controlPlane"] = new JsonObject
            {
                ["fleet"] = FleetOptions.FleetName,
                ["sourceDirectory"] = options.ConfigDirectory,
                ["stateDirectory"] = Path.Combine(paths.Plane(name), "store"),
                ["initialise"] = true,
                ["apiListen"] = Http(ports.Api),
                ["fleetListen"] = Https(ports.Fleet),
                ["certificate"] = Path.Combine(tls, "tls.pem"),
                ["certificateKey"] = Path.Combine(tls, "tls.key"),
                ["fleetCa"] = Path.Combine(tls, "ca.pem"),
                ["signingKey"] = paths.SigningKey,
                ["trustKeys"] = paths.Trust,
                ["adminTokenFile"] = paths.AdminToken,
            },
        };
        if (EtcdOf(options) is [_, ..] etcd)
        {
            settings["controlPlane"]!["etcd"] = new JsonObject { ["endpoints"] = new JsonArray([.. etcd.Select(url => (JsonNode)url)]) };
        }

        if (options.Repository is { } repository)
        {
            var plane = settings["controlPlane"]!.AsObject();
            plane.Remove("sourceDirectory");
            plane["git"] = new JsonObject { ["repository"] = repository.Repository, ["branch"] = repository.Branch, ["path"] = repository.Path };
            if (repository.WebhookSecretFile is { } secret)
            {
                plane["git"]!["webhookSecretFile"] = secret;
            }
        }

        var file = new SettingsFile(paths.PlaneSettings(name), settings.ToJsonString(Indented));
        return new ProcessPlan
        {
            Name = name,
            Role = PartRole.ControlPlane,
            Member = $"control-plane-{number}",
            Program = Program(options, "ControlPlane"),
            Arguments = ["--config", file.Path],
            LogFile = paths.Log(name),
            Ports = [ports.Api, ports.Fleet],
            Ready = new Uri($"{Http(ports.Api)}/health/ready"),
            Settings = file,
        };
    }

    /// <summary>How people call a control plane: the first one by no number.</summary>
    public static string PlaneProcess(int number) => number == 1 ? ControlPlaneName : $"{ControlPlaneName}-{number}";

    private static PlanePorts PortsOf(FleetOptions options, int plane) => plane == 1 ? new PlanePorts(options.Ports.Api, options.Ports.Fleet) : options.Ports.Standbys[plane - 2];

    private static IReadOnlyList<string> EtcdOf(FleetOptions options) => options.Servers.HasFlag(FleetServers.Etcd) ? [ServerPlans.EtcdUrl(options)] : options.Etcd;

    /// <summary>How people call an edge: the first one by its region.</summary>
    public static string EdgeProcess(string region, int number) => number == 1 ? region : $"{region}-{number}";

    private static EdgePorts PortsOf(FleetOptions options, int index, int number) => options.Ports.Edges[(number - 1) * options.Regions.Count + index];

    private static ProcessPlan Edge(FleetOptions options, FleetPaths paths, string region, int index, int number)
    {
        var name = EdgeProcess(region, number);
        var folder = paths.Edge(name);
        var ports = PortsOf(options, index, number);
        var peers = Enumerable.Range(1, options.EdgesPerRegion).Where(other => other != number).Select(other => Https(PortsOf(options, index, other).Peer));
        var connectTo = new JsonObject();
        if (options.Simulator)
        {
            connectTo[$"{FleetOptions.SimulatorHost}:80"] = $"127.0.0.1:{options.Ports.Simulator}";
        }

        var edge = new JsonObject
        {
            ["fleet"] = FleetOptions.FleetName,
            ["region"] = region,
            ["name"] = $"edge-{number}",
            ["dataDirectory"] = Path.Combine(folder, "data"),
            ["publicListen"] = new JsonArray(Http(ports.Public)),
            ["managementListen"] = Http(ports.Management),
            ["controlPlanes"] = new JsonArray([.. Enumerable.Range(1, options.StandbyPlanes + 1).Select(plane => (JsonNode)Https(PortsOf(options, plane).Fleet))]),
            ["peerListen"] = Https(ports.Peer),
            ["peers"] = new JsonArray([.. peers.Select(peer => (JsonNode)peer)]),
            ["certificate"] = Path.Combine(folder, "tls", "tls.pem"),
            ["certificateKey"] = Path.Combine(folder, "tls", "tls.key"),
            ["fleetCa"] = Path.Combine(folder, "tls", "ca.pem"),
            ["trustKeys"] = paths.Trust,
            ["credentialHosts"] = new JsonArray([.. options.CredentialHosts.Select(host => (JsonNode)host)]),
            ["connectTo"] = connectTo,
            ["adminTokenFile"] = paths.AdminToken,
            ["responseIdKeyFile"] = paths.ResponseIdKey,
            ["edgesMax"] = options.EdgesPerRegion,
            ["drainDelay"] = options.DrainDelay,
            ["drainTimeout"] = options.DrainTimeout,
        };
        if (options.Servers.HasFlag(FleetServers.Cassandra))
        {
            edge["cassandra"] = new JsonObject
            {
                ["contactPoints"] = new JsonArray(ServerPlans.CqlAddress(options, index)),
                // One node is all that each data centre has here.
                ["fewReplicas"] = true,
            };
        }
        else
        {
            edge["ledgerDirectory"] = paths.Ledger;
        }

        var redis = options.Servers.HasFlag(FleetServers.Redis) ? $"{ProcessPlan.Loopback}:{options.Ports.Servers[index].Redis}" : options.Redis;
        if (redis is not null)
        {
            edge["redis"] = new JsonObject { ["endpoints"] = new JsonArray(redis) };
        }

        var file = new SettingsFile(paths.EdgeSettings(name), new JsonObject { ["edge"] = edge }.ToJsonString(Indented));
        return new ProcessPlan
        {
            Name = name,
            Role = PartRole.Edge,
            Member = $"edge-{number}",
            Region = region,
            Program = EdgeProgram(options),
            Arguments = ["--config", file.Path],
            Environment = options.Secrets,
            LogFile = paths.Log(name),
            Ports = [ports.Public, ports.Management, ports.Peer],
            Ready = new Uri($"{Http(ports.Public)}/health/ready"),
            Settings = file,
        };
    }

    private static ProcessPlan Simulator(FleetOptions options, FleetPaths paths) => new()
    {
        Name = SimulatorName,
        Role = PartRole.Simulator,
        Program = Program(options, "ProviderSimulator"),
        Arguments = ["--listen", Http(options.Ports.Simulator), "--admin-token-file", paths.AdminToken],
        LogFile = paths.Log(SimulatorName),
        Ports = [options.Ports.Simulator],
        Ready = new Uri($"{Http(options.Ports.Simulator)}/health/live"),
    };

    private static readonly System.Text.Json.JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static string Https(int port) => $"https://127.0.0.1:{port}";

    private static string Http(int port) => $"http://127.0.0.1:{port}";

    private static string Program(FleetOptions options, string project) =>
        Path.Combine(options.Programs, project, options.Build, $"GlobalGateway.{project}.dll");
}
