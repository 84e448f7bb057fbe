using GlobalGateway.Replication.Cassandra.Schema;

namespace GlobalGateway.EdgeNode.Hosting;

/// <summary>Where the ledger's Cassandra is and how an edge may use it.</summary>
public sealed class CassandraOptions
{
    /// <summary><c>host:port</c> of nodes of this region's data centre; the others are found through them.</summary>
    public required string[] ContactPoints { get; init; }

    /// <summary>The data centre that owns this region's logs. Default: the region's name.</summary>
    public string? Datacenter { get; init; }

    public string Keyspace { get; set; } = KeyspaceName.Default;

    /// <summary>Files with the name and the password of the ledger's role; both or none.</summary>
    public string? UserFile { get; init; }
    public string? PasswordFile { get; init; }

    /// <summary>Whether nodes are talked to over TLS; so they are where one of the files below is named.</summary>
    public bool Tls { get; set; }

    /// <summary>PEM of the authority that signed the nodes' certificates. Default: the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM files of this edge's certificate towards the nodes.</summary>
    public string? Certificate { get; init; }
    public string? CertificateKey { get; init; }

    /// <summary>The name in the nodes' certificates. Default: each node's address.</summary>
    public string? TlsHostName { get; init; }

    /// <summary>Accepts fewer than three replicas in a data centre; for tests and laptops only.</summary>
    public bool FewReplicas { get; set; }
}
