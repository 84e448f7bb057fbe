using System.Diagnostics;
using GlobalGateway.Replication.Agent;

namespace GlobalGateway.Bench.Quota;

/// <summary>What one edge keeps of many accounts with rights in them, and how long a pass of the region's agent over all of them takes.</summary>
/// <param name="Bytes">Beyond the configuration, which an edge has of a budget that nobody uses too.</param>
/// <param name="RoundSeconds">Of CPU, until every account had its turn.</param>
internal sealed record StateMeasurement(int Accounts, long Bytes, long ConfigurationBytes, double PassSeconds, double RoundSeconds)
{
    private const int WarmUps = 5;

    public double BytesPerAccount => (double)Bytes / Accounts;

    /// <param name="ledger">The edge's; emptied here, so that what is left is the edge.</param>
    /// <param name="before">Memory in use before both were made.</param>
    public static async Task<StateMeasurement> TakeAsync(QuotaEdge edge, MemoryLedger ledger, int accounts, long before)
    {
        var (pass, round) = await PassAsync(edge, accounts);
        ledger.Clear();
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - edge.ConfiguredBytes;
        GC.KeepAlive(edge);
        return new StateMeasurement(accounts, bytes, edge.ConfiguredBytes - before, pass, round);
    }

    /// <summary>
    /// The longest pass of a round, and the round: in CPU time of this process, which other processes do not lengthen; the
    /// ledger answers at once.
    /// </summary>
    private static async Task<(double Longest, double Round)> PassAsync(QuotaEdge edge, int accounts)
    {
        using var self = Process.GetCurrentProcess();
        var agent = new RegionAgent(edge.Quota);
        var (longest, round) = (0.0, 0.0);
        for (var pass = -WarmUps; pass < 1 + accounts / RegionAgent.AccountsPerPass; pass++)
        {
            self.Refresh();
            var before = self.TotalProcessorTime;
            await agent.PassAsync(CancellationToken.None);
            self.Refresh();
            var seconds = pass < 0 ? 0 : (self.TotalProcessorTime - before).TotalSeconds;
            (longest, round) = (Math.Max(longest, seconds), round + seconds);
        }

        return (longest, round);
    }
}
