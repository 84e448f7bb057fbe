using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.Replication.Embedded;
using GlobalGateway.Replication.Redis;
using GlobalGateway.Replication.Survey;

namespace GlobalGateway.EdgeNode.Quota;

/// <summary>Every check of the servers that an edge's budgets and limits rest on.</summary>
internal static class LedgerChecks
{
    /// <exception cref="GlobalGateway.Cql.CqlException">No node of Cassandra answers.</exception>
    /// <exception cref="LedgerFolderException">The ledger's folder holds something else.</exception>
    /// <exception cref="GlobalGateway.Replication.Stores.LedgerUnavailableException">The ledger's folder cannot be used.</exception>
    public static async Task<IReadOnlyList<StoreCheck>> RunAsync(EdgeOptions options, TimeProvider clock, CancellationToken cancel)
    {
        var checks = new List<StoreCheck>();
        if (options.Cassandra is { } cassandra)
        {
            await using var cluster = LedgerStores.Connect(cassandra, options.Region, clock);
            checks.AddRange(await cluster.Checks.RunAsync(cancel));
        }
        else if (options.LedgerDirectory is { } directory)
        {
            new LedgerFolder(directory).Open();
            checks.Add(StoreCheck.Ok("ledger folder", directory));
        }
        else
        {
            checks.Add(StoreCheck.Unknown("ledger", "none", "set edge.cassandra or edge.ledgerDirectory; without one no budget is enforced"));
        }

        if (options.Redis is { } redis)
        {
            await using var connection = new RedisConnection(redis, "check", clock);
            checks.AddRange((await connection.FirstLookAsync(cancel)).Checks);
        }

        return checks;
    }
}
