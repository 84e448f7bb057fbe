using BenchmarkDotNet.Attributes;
using GlobalGateway.Replication.Journal;

namespace GlobalGateway.MicroBench;

/// <summary>What one record costs the caller, with the journal's own threads at work: syncing, making and deleting segments.</summary>
[MemoryDiagnoser]
public class JournalBenchmarks
{
    private const int Records = 20_000;

    private readonly byte[] _record = new byte[150];
    private string _folder = "";
    private JournalDevice? _journal;

    [GlobalSetup]
    public void Setup()
    {
        new Random(3).NextBytes(_record);
        _folder = Directory.CreateTempSubdirectory("gg-micro-journal-").FullName;
        _journal = JournalDevice.Open(_folder).Device;
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _journal!.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>As fast as the disk goes on: a caller waits where no next segment is ready.</summary>
    [Benchmark(OperationsPerInvoke = Records)]
    public void Append()
    {
        for (var number = 0; number < Records; number++)
        {
            while (!_journal!.TryAppend(_record))
            {
                Thread.Sleep(1);
            }
        }

        _journal!.Release(_journal.End);
    }
}
