using System.Text;
using GlobalGateway.Replication.Journal;
using GlobalGateway.Replication.Journal.Segments;

namespace GlobalGateway.Unit.Replication.Journal;

/// <summary>A folder for journals of small segments, in memory where the machine has such a file system: syncs cost nothing there.</summary>
internal sealed class JournalFolder : IDisposable
{
    public const int SegmentBytes = JournalOptions.SegmentBytesMin;
    private const string Memory = "/dev/shm";

    public string Path { get; } = Directory.Exists(Memory)
        ? Directory.CreateDirectory(System.IO.Path.Combine(Memory, $"gg-journal-{Guid.NewGuid():N}")).FullName
        : Directory.CreateTempSubdirectory("gg-journal-").FullName;

    public Guid BootId { get; set; } = Guid.NewGuid();

    public FaultyDisk Disk { get; } = new();

    public JournalOptions Options => new() { SegmentBytes = SegmentBytes, SegmentsMax = 8, RetryEvery = TimeSpan.FromMilliseconds(1), BootId = BootId, Disk = Disk };

    public OpenedJournal Open() => JournalDevice.Open(Path, Options);

    /// <summary>Writes records as a process does that is killed then: nothing is closed, and the lock is gone.</summary>
    public string WriteAndDie(params string[] records)
    {
        // A second process's view of the folder: the files as they are while the first still runs.
        using var elsewhere = new JournalFolder { BootId = BootId };
        foreach (var file in Directory.EnumerateFiles(Path))
        {
            File.Copy(file, System.IO.Path.Combine(elsewhere.Path, System.IO.Path.GetFileName(file)));
        }

        using var device = elsewhere.Open().Device;
        foreach (var record in records)
        {
            Await(() => device.TryAppend(Encoding.UTF8.GetBytes(record)));
        }

        Await(() => File.Exists(elsewhere.SegmentOf(device.End with { Segment = device.End.Segment + JournalLimits.SparesMax })));
        Directory.Delete(Path, recursive: true);
        Directory.CreateDirectory(Path);
        foreach (var file in Directory.EnumerateFiles(elsewhere.Path).Where(file => System.IO.Path.HasExtension(file)))
        {
            File.Copy(file, System.IO.Path.Combine(Path, System.IO.Path.GetFileName(file)));
        }

        return device.Incarnation;
    }

    public static void Append(IJournal journal, string record)
    {
        if (!journal.TryAppend(Encoding.UTF8.GetBytes(record)))
        {
            throw new InvalidOperationException($"\"{record}\" was not taken: {journal.Problem}");
        }
    }

    public static List<string> Read(IJournal journal, string? incarnation = null, JournalPosition from = default)
    {
        var records = new List<string>();
        journal.Read(ref from, (by, _, record) =>
        {
            if (incarnation is null || by == incarnation)
            {
                records.Add(Encoding.UTF8.GetString(record));
            }

            return true;
        });
        return records;
    }

    /// <summary>Waits for what a thread of the journal does on its own.</summary>
    public static void Await(Func<bool> holds)
    {
        if (!SpinWait.SpinUntil(holds, TimeSpan.FromSeconds(10)))
        {
            throw new TimeoutException("it did not happen within 10 s");
        }
    }

    public string[] Segments() => [.. Directory.GetFiles(Path, "*.seg").Order(StringComparer.Ordinal)];

    public string SegmentOf(JournalPosition position) => SegmentFiles.PathOf(Path, position.Segment);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
