using System.Diagnostics;
using GlobalGateway.Replication.Journal;

namespace GlobalGateway.Bench.Quota;

/// <summary>Records of 150 bytes, one caller, as fast as the journal takes them and the disk makes room.</summary>
/// <param name="AppendNanos">Of the caller per record, without waiting for room.</param>
internal sealed record JournalMeasurement(long Records, double RecordsPerSecond, double AppendNanos)
{
    private const int RecordBytes = 150;
    private const int Batch = 1_000;

    public static JournalMeasurement Take(string folder, TimeSpan time)
    {
        using var journal = JournalDevice.Open(folder).Device;
        Run(journal, TimeSpan.FromSeconds(1));
        return Run(journal, time);
    }

    private static JournalMeasurement Run(JournalDevice journal, TimeSpan time)
    {
        var record = new byte[RecordBytes];
        new Random(3).NextBytes(record);
        var (records, appending, started) = (0L, 0L, Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            var begun = Stopwatch.GetTimestamp();
            var taken = 0;
            while (taken < Batch && journal.TryAppend(record))
            {
                taken++;
            }

            appending += Stopwatch.GetTimestamp() - begun;
            records += taken;
            journal.Release(journal.End);
            if (taken < Batch)
            {
                Thread.Sleep(1);
            }
        }

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new JournalMeasurement(records, records / seconds, appending * 1e9 / Stopwatch.Frequency / records);
    }
}
