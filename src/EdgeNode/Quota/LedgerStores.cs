using GlobalGateway.Cql;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.Replication.Agent;
using GlobalGateway.Replication.Cassandra;
using GlobalGateway.Replication.Embedded;
using GlobalGateway.Replication.RateLimits.Loans;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.EdgeNode.Quota;

/// <summary>Everything an edge keeps in its ledger, wherever that is.</summary>
/// <param name="Cluster">Of a ledger in Cassandra.</param>
public sealed record LedgerStores(ILedgerStore Ledger, IUsageStore Usage, IAgentLock AgentLock, IRateLoanStore RateLoans, LedgerCluster? Cluster) : IAsyncDisposable
{
    /// <summary>How often hints are looked for: a file's end costs nothing, a read of a quorum does.</summary>
    public TimeSpan HintsEvery => TimeSpan.FromMilliseconds(Cluster is null ? 100 : 250);

    /// <summary>Opens what the installer chose; a ledger that does not answer now is asked again at every use.</summary>
    /// <exception cref="LedgerFolderException">The ledger's folder holds something else.</exception>
    public static LedgerStores Open(EdgeOptions options, TimeProvider clock)
    {
        if (options.Cassandra is { } cassandra)
        {
            var cluster = Connect(cassandra, options.Region, clock);
            return new LedgerStores(
                new CassandraLedger(cluster, clock), new CassandraUsage(cluster), new CassandraAgentLock(cluster, options.Name, clock), new CassandraRateLoans(cluster), cluster);
        }

        var folder = new LedgerFolder(options.LedgerDirectory!);
        try
        {
            folder.Open();
        }
        catch (LedgerUnavailableException)
        {
            // It is opened again at every use.
        }

        return new LedgerStores(
            new DirectoryLedger(folder, options.Region), new DirectoryUsage(folder), new DirectoryAgentLock(folder, options.Region), new DirectoryRateLoans(folder), null);
    }

    public static LedgerCluster Connect(CassandraOptions options, string region, TimeProvider clock)
    {
        var session = new CqlSession(
            new CqlOptions
            {
                ContactPoints = options.ContactPoints,
                LocalDatacenter = options.Datacenter ?? region,
                Credentials = options is { UserFile: { } user, PasswordFile: { } password }
                    ? new CqlCredentials(File.ReadAllText(user).Trim(), File.ReadAllText(password).Trim())
                    : null,
                Tls = options.Tls || options.CaFile is not null || options.Certificate is not null
                    ? new CqlTls(options.CaFile, options.Certificate, options.CertificateKey, options.TlsHostName)
                    : null,
            },
            clock);
        return new LedgerCluster(session, options.Keyspace, region, options.FewReplicas, clock);
    }

    public async ValueTask DisposeAsync()
    {
        (AgentLock as IDisposable)?.Dispose();
        if (Cluster is not null)
        {
            await Cluster.DisposeAsync();
        }
    }
}
