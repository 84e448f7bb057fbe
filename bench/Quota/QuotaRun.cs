using System.Globalization;
using GlobalGateway.Bench.Targets;

namespace GlobalGateway.Bench.Quota;

/// <summary>What budgets cost an edge: in this process for the parts, and as real processes for the whole.</summary>
internal static class QuotaRun
{
    private static readonly int[] AccountCounts = [10, 1_000, 100_000];

    public static async Task<QuotaResult> RunAsync(TargetStarter starter, string folder, double seconds)
    {
        var time = TimeSpan.FromSeconds(seconds);
        Console.WriteLine("measuring the journal …");
        var journal = JournalMeasurement.Take(Path.Combine(folder, "journal"), time);
        var admissions = new List<AdmissionMeasurement>();
        StateMeasurement? state = null;
        foreach (var accounts in AccountCounts)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"measuring admission with {accounts:N0} accounts …"));
            var (before, ledger) = (GC.GetTotalMemory(forceFullCollection: true), new MemoryLedger("bench"));
            using var edge = await QuotaEdge.OpenAsync(Path.Combine(folder, $"edge-{accounts}"), ledger, accounts);
            admissions.Add(AdmissionMeasurement.Take(edge, accounts, time));
            state = await StateMeasurement.TakeAsync(edge, ledger, accounts, before);
        }

        var result = new QuotaResult(journal, admissions, state!, await EdgeCostMeasurement.TakeAsync(starter, time));
        result.Write(Console.Out);
        return result;
    }
}
