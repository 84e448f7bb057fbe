using System.Diagnostics;
using GlobalGateway.Replication.Agent;

namespace GlobalGateway.Bench.Quota;

/// <summary>What one edge keeps of many accounts with rights in them, and how long a pass of the region's agent over all of them takes.</summary>
internal sealed record StateMeasurement(int Accounts, long Bytes, double PassSeconds)
{
    private const int Passes = 5;

    public double BytesPerAccount => (double)Bytes / Accounts;

    /// <param name="ledger">The edge's; emptied here, so that what is left is the edge.</param>
    /// <param name="before">Memory in use before both were made.</param>
    public static async Task<StateMeasurement> TakeAsync(QuotaEdge edge, MemoryLedger ledger, int accounts, long before)
    {
        var pass = await PassAsync(edge);
        ledger.Clear();
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(edge);
        return new StateMeasurement(accounts, bytes, pass);
    }

    /// <summary>The fastest: the first ones compile. In CPU time of this process, which other processes do not lengthen; the ledger answers at once.</summary>
    private static async Task<double> PassAsync(QuotaEdge edge)
    {
        using var self = Process.GetCurrentProcess();
        var agent = new RegionAgent(edge.Quota);
        var fastest = double.MaxValue;
        for (var pass = 0; pass < Passes; pass++)
        {
            self.Refresh();
            var before = self.TotalProcessorTime;
            await agent.PassAsync(CancellationToken.None);
            self.Refresh();
            fastest = Math.Min(fastest, (self.TotalProcessorTime - before).TotalSeconds);
        }

        return fastest;
    }
}
