using GlobalGateway.Contracts.Trust;
using GlobalGateway.Replication.Redis;

namespace GlobalGateway.EdgeNode.Hosting;

/// <summary>What the installer of one edge says: who it is, where it listens, whom it trusts. Read from the file named by <c>--config</c>.</summary>
public sealed class EdgeOptions
{
    public const string Section = "edge";

    public const int PeersMax = 64;

    public required string Fleet { get; init; }
    public required string Region { get; init; }

    /// <summary>Unique within the region.</summary>
    public required string Name { get; init; }

    /// <summary>Bundles and identity live here; created when absent.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>URLs such as <c>http://127.0.0.1:7411</c> that serve clients.</summary>
    public required string[] PublicListen { get; init; }

    /// <summary>The URL that serves metrics and details; loopback.</summary>
    public required string ManagementListen { get; init; }

    // What has a default is settable: generated JSON readers give every init-only property a value, the default's null included.

    /// <summary>Base URLs (<c>https://host:port</c>) of control planes, own region first.</summary>
    public string[] ControlPlanes { get; set; } = [];

    /// <summary>
    /// The <c>https</c> URL where this edge gives other edges of the fleet what its disk holds, over mutual TLS; absent, it gives nothing.
    /// Reachable by the region's edges and by control planes.
    /// </summary>
    public string? PeerListen { get; init; }

    /// <summary>How others reach <see cref="PeerListen"/>. Default: the same.</summary>
    public string? PeerUrl { get; init; }

    /// <summary>Base URLs (<c>https://host:port</c>) of other edges of the region, asked when this disk is empty and no control plane answers. At most 64.</summary>
    public string[] Peers { get; set; } = [];

    /// <summary>A copy of another edge's <c>config</c> folder, for an edge that starts empty and finds nobody.</summary>
    public string? SeedDirectory { get; init; }

    /// <summary>PEM files of this edge's certificate, its key, and the fleet's CA.</summary>
    public string? Certificate { get; init; }
    public string? CertificateKey { get; init; }
    public string? FleetCa { get; init; }

    /// <summary>A folder of <c>KEYID.pem</c> public keys that may sign bundles.</summary>
    public string? TrustKeys { get; init; }

    /// <summary>
    /// File with the key that ids of responses are signed with, the same for all edges of a fleet; more lines are older keys.
    /// Without it ids are known only to the edge that gave them, and only until it ends.
    /// </summary>
    public string? ResponseIdKeyFile { get; init; }

    /// <summary>Optional PEM files for TLS on the public listener.</summary>
    public string? PublicCertificate { get; init; }
    public string? PublicCertificateKey { get; init; }

    /// <summary>Where <c>fromFile</c> credentials resolve.</summary>
    public string? SecretsRoot { get; init; }

    /// <summary>Hosts that credentials may be sent to; empty allows none.</summary>
    public string[] CredentialHosts { get; set; } = [];

    /// <summary>Addresses dialled instead of a host's own: <c>{"simulator:80": "127.0.0.1:7402"}</c>.</summary>
    public Dictionary<string, string> ConnectTo { get; set; } = [];

    /// <summary>The region's Redis: slices of budgets and rate limits; absent, this edge grants itself rights and limits in process.</summary>
    public RedisOptions? Redis { get; init; }

    /// <summary>
    /// The ledger of budgets: a folder on a local disk that all edges of this machine share, whatever their region; created when
    /// absent. Without it and <see cref="Cassandra"/> this edge enforces no budgets and keeps no usage.
    /// </summary>
    public string? LedgerDirectory { get; init; }

    /// <summary>The ledger of budgets in Cassandra, in place of a folder.</summary>
    public CassandraOptions? Cassandra { get; init; }

    /// <summary>This edge's journal of rights and usage: a folder of its own on a local disk, kept across restarts. Default: <c>journal</c> in the data folder.</summary>
    public string? JournalDirectory { get; init; }

    /// <summary>Most edges this region may run, at least 1: without Redis each edge admits one share of a limit.</summary>
    public int EdgesMax { get; set; } = 1;

    /// <summary>File with the bearer token of the management port's actions; absent, nobody may take any.</summary>
    public string? AdminTokenFile { get; set; }

    /// <summary>Where traces are sent (OTLP over HTTP), such as <c>http://127.0.0.1:4318/v1/traces</c>; absent, none are recorded.</summary>
    public string? TracesEndpoint { get; set; }

    /// <summary>
    /// A failpoint for tests: this process dies on the first request under a bundle of which a resource has the label
    /// <see cref="MarkLabel"/> with this value. Absent, as it is by default, no bundle has such power.
    /// </summary>
    public string? DieOnMark { get; init; }

    public const string MarkLabel = "failpoint";

    /// <summary>How long requests are still taken after SIGTERM. Default 5 s.</summary>
    public string DrainDelay { get; set; } = "5s";

    /// <summary>How long streams may then go on. Default 60 s.</summary>
    public string DrainTimeout { get; set; } = "60s";

    /// <summary>How this edge meets other parts of the fleet; nothing where it has no certificate, and then it meets none.</summary>
    public FleetTls? Tls() => Certificate is null ? null : new FleetTls(Certificate, CertificateKey!, FleetCa!, Fleet);
}
