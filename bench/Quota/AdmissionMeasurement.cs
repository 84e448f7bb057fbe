using System.Diagnostics;

namespace GlobalGateway.Bench.Quota;

/// <summary>What reserve and settle of one request with three budgets cost, the journal's own threads included.</summary>
/// <param name="CpuMicros">Of this whole process, per pair.</param>
/// <param name="MeanMicros">Of the caller.</param>
internal sealed record AdmissionMeasurement(int Accounts, long Pairs, double P50Micros, double P99Micros, double P999Micros, double MeanMicros, double CpuMicros)
{
    /// <summary>In bursts with pauses, as many a second as several busy edges would see: the disk keeps up, and pauses cost no CPU.</summary>
    private const int BurstPairs = 500;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public static AdmissionMeasurement Take(QuotaEdge edge, int accounts, TimeSpan time)
    {
        var random = new Random(11);
        Run(edge, random, WarmUp, null);
        var ticks = new List<long>(10_000_000);
        edge.AwaitRoom();
        using var self = Process.GetCurrentProcess();
        GC.Collect();
        self.Refresh();
        var before = self.TotalProcessorTime;
        Run(edge, random, time, ticks);
        self.Refresh();
        var cpu = self.TotalProcessorTime - before;
        var mean = ticks.Average();
        ticks.Sort();
        return new AdmissionMeasurement(
            accounts, ticks.Count, Micros(ticks[ticks.Count / 2]), Micros(ticks[(int)(ticks.Count * 0.99)]), Micros(ticks[(int)(ticks.Count * 0.999)]), Micros(mean), cpu.TotalMicroseconds / ticks.Count);
    }

    private static void Run(QuotaEdge edge, Random random, TimeSpan time, List<long>? ticks)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            for (var pair = 0; pair < BurstPairs; pair++)
            {
                var begun = Stopwatch.GetTimestamp();
                if (!edge.TryPair(random))
                {
                    edge.AwaitRoom();
                    continue;
                }

                ticks?.Add(Stopwatch.GetTimestamp() - begun);
            }

            edge.Release();
            Thread.Sleep(Pause);
        }
    }

    private static double Micros(double ticks) => ticks * 1_000_000 / Stopwatch.Frequency;
}
