using GlobalGateway.LocalFleet.Ports;

namespace GlobalGateway.LocalFleet.Planning;

/// <summary>What a fleet on this machine is made of, and where it keeps its things.</summary>
public sealed record FleetOptions
{
    public const string FleetName = "local";

    /// <summary>The folder with one folder per built program: <c>artifacts/bin</c>.</summary>
    public required string Programs { get; init; }

    /// <summary>Which build of them: <c>release</c> or <c>debug</c>.</summary>
    public string Build { get; init; } = "release";

    /// <summary>Keys, certificates, bundles, logs: everything this fleet writes. Absolute.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>The resources it serves. Absolute.</summary>
    public required string ConfigDirectory { get; init; }

    /// <summary>A repository as the source in place of <see cref="ConfigDirectory"/>.</summary>
    public FleetRepository? Repository { get; init; }

    public IReadOnlyList<string> Regions { get; init; } = ["us-east", "eu-west", "ap-south"];

    /// <summary>1 to <see cref="EdgesPerRegionMax"/>.</summary>
    public int EdgesPerRegion { get; init; } = 1;

    /// <summary>Three regions with three edges each are what the ports of one fleet have room for.</summary>
    public const int EdgesPerRegionMax = 3;

    /// <summary>For as many edges as all regions have.</summary>
    public required FleetPorts Ports { get; init; }

    public bool Simulator { get; init; } = true;
    public bool ControlPlane { get; init; } = true;

    /// <summary>Control planes besides the first, which lead when it is gone; they need an etcd, and ports.</summary>
    public int StandbyPlanes { get; init; }

    /// <summary>Environment of the edges by name, <c>GG_SECRET_…</c>; the simulator's keys unless real ones are given.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = SimulatedSecrets;

    /// <summary>Hosts that edges may send those secrets to.</summary>
    public IReadOnlyList<string> CredentialHosts { get; init; } = [SimulatorHost];

    /// <summary>Servers that the fleet starts and uses: one etcd, and one Redis and one Cassandra node in each region.</summary>
    public FleetServers Servers { get; init; }

    /// <summary>Where Cassandra is installed; only a fleet with <see cref="FleetServers.Cassandra"/> needs it.</summary>
    public string? CassandraHome { get; init; }

    /// <summary>
    /// The system group that the first region's Cassandra runs as, the next region's as the next: a packet filter knows by it whose connection it
    /// sees. Absent, they run as the caller, as everything else does; only root may choose.
    /// </summary>
    public int? FirstServerGroup { get; init; }

    /// <summary>The Java that Cassandra runs on.</summary>
    public string? JavaHome { get; init; }

    /// <summary><c>host:port</c> of a Redis that runs already; absent limits in each edge's process.</summary>
    public string? Redis { get; init; }

    /// <summary>Client URLs of an etcd that runs already; none for the embedded store, or for the etcd that the fleet brings along.</summary>
    public IReadOnlyList<string> Etcd { get; init; } = [];

    public string DrainDelay { get; init; } = "0s";
    public string DrainTimeout { get; init; } = "60s";

    /// <summary>Processes that go on when the one that started them ends.</summary>
    public bool Detached { get; init; }

    /// <summary>The host name that resources give the simulator; edges dial its port on loopback instead.</summary>
    public const string SimulatorHost = "simulator";

    public static IReadOnlyDictionary<string, string> SimulatedSecrets { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["GG_SECRET_OPENAI"] = "sim-openai",
        ["GG_SECRET_AZURE"] = "sim-azure",
        ["GG_SECRET_ANTHROPIC"] = "sim-anthropic",
        ["GG_SECRET_GEMINI"] = "sim-gemini",
    };
}

/// <summary>Where a fleet takes its configuration from.</summary>
/// <param name="Repository">An absolute path, or an address that the control plane's settings take.</param>
/// <param name="Path">The folder in it.</param>
/// <param name="WebhookSecretFile">Opens the control plane's webhook.</param>
public sealed record FleetRepository(string Repository, string Branch, string Path, string? WebhookSecretFile = null);
