using System.Collections.Concurrent;
using GlobalGateway.Cql;
using GlobalGateway.Replication.Cassandra;
using GlobalGateway.Replication.Embedded;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Contract.Ledger;

/// <summary>Where a ledger is, in words that another process understands.</summary>
/// <param name="Address">A folder, or <c>host:port/DATACENTRE/KEYSPACE</c>.</param>
public sealed record LedgerPlace(string Kind, string Address)
{
    // As long as the process: a cluster is for many tests.
    private static readonly ConcurrentDictionary<(string Address, string Region), LedgerCluster> Clusters = [];

    public ILedgerStore Open(string region) => Kind switch
    {
        "directory" => new DirectoryLedger(new LedgerFolder(Address), region),
        "cassandra" => new CassandraLedger(Cluster(region), TimeProvider.System),
        _ => throw new ArgumentException($"no ledger of kind {Kind}"),
    };

    public IUsageStore OpenUsage() => Kind switch
    {
        "directory" => new DirectoryUsage(new LedgerFolder(Address)),
        "cassandra" => new CassandraUsage(Cluster("us-east")),
        _ => throw new ArgumentException($"no ledger of kind {Kind}"),
    };

    public LedgerCluster Cluster(string region) => Clusters.GetOrAdd((Address, region), static key =>
    {
        var parts = key.Address.Split('/');
        var session = new CqlSession(new CqlOptions { ContactPoints = [parts[0]], LocalDatacenter = parts[1] }, TimeProvider.System);
        return new LedgerCluster(session, parts[2], key.Region, fewReplicas: true, TimeProvider.System);
    });
}
