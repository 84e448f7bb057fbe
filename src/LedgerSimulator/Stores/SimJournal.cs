using GlobalGateway.LedgerSimulator.Processes;
using GlobalGateway.Replication.Journal;

namespace GlobalGateway.LedgerSimulator.Stores;

/// <summary>One machine's disk: what is in the kernel, and how much of that is on the platter.</summary>
internal sealed class SimDisk
{
    public List<(string Incarnation, byte[] Record)> Records { get; } = [];

    public int Synced { get; set; }

    public Dictionary<string, JournalEnd> Ends { get; } = [];
}

/// <summary>A journal on a simulated disk.</summary>
internal sealed class SimJournal(World world, SimProcess process, SimDisk disk, string incarnation) : IJournal
{
    public string Incarnation => incarnation;

    public JournalPosition End => new(0, disk.Records.Count);

    public bool TakesLeases => true;

    public string? Problem => null;

    /// <summary>Kinds of records that are acknowledged and not kept; set by a mutant.</summary>
    public byte? Drops { get; set; }

    public bool TryAppend(ReadOnlySpan<byte> record)
    {
        if (process.Alive && record[0] != Drops)
        {
            disk.Records.Add((incarnation, record.ToArray()));
        }

        return true;
    }

    public ValueTask SyncAsync(CancellationToken cancel = default)
    {
        var upTo = disk.Records.Count;
        var io = new Io<bool>(
            process,
            "sync",
            () =>
            {
                disk.Synced = Math.Max(disk.Synced, Math.Min(upTo, disk.Records.Count));
                return true;
            },
            static () => new JournalFailedException("the disk does not answer"));
        world.Pending.Add(io);
        return new(io.Answer);
    }

    public void Read(ref JournalPosition position, JournalRecordReader take)
    {
        while (position.Offset < disk.Records.Count)
        {
            var (writer, record) = disk.Records[position.Offset];
            if (!take(writer, position, record))
            {
                return;
            }

            position = position with { Offset = position.Offset + 1 };
        }
    }

    public void Release(JournalPosition before)
    {
        // Histories are short: nothing needs to be freed.
    }
}
