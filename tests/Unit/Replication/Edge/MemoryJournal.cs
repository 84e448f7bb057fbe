using GlobalGateway.Replication.Journal;

namespace GlobalGateway.Unit.Replication.Edge;

/// <summary>A journal whose disk is a list: several incarnations may follow each other on it.</summary>
internal sealed class MemoryJournal(List<(string Incarnation, byte[] Record)> disk, string incarnation) : IJournal
{
    public string Incarnation => incarnation;

    public JournalPosition End => new(0, disk.Count);

    public bool IsFull { get; set; }

    public bool TakesLeases => !IsFull;

    public string? Problem => IsFull ? "full" : null;

    public int Syncs { get; private set; }

    public JournalPosition Released { get; private set; }

    public bool TryAppend(ReadOnlySpan<byte> record)
    {
        if (IsFull)
        {
            return false;
        }

        disk.Add((incarnation, record.ToArray()));
        return true;
    }

    public ValueTask SyncAsync(CancellationToken cancel = default)
    {
        Syncs++;
        return default;
    }

    public void Read(ref JournalPosition position, JournalRecordReader take)
    {
        while (position.Offset < disk.Count && take(disk[position.Offset].Incarnation, position, disk[position.Offset].Record))
        {
            position = position with { Offset = position.Offset + 1 };
        }
    }

    public void Release(JournalPosition before) => Released = before;
}
