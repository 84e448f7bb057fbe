using GlobalGateway.LedgerSimulator.Stores;
using GlobalGateway.Replication.Journal;

namespace GlobalGateway.LedgerSimulator.Processes;

/// <summary>A machine that runs one edge after the other on one disk.</summary>
internal sealed class EdgeSlot(World world, string name, string region)
{
    private int _lives;

    public string Name { get; } = name;
    public string Region { get; } = region;
    public SimDisk Disk { get; private set; } = new();
    public EdgeProcess Edge { get; private set; } = null!;

    /// <summary>Processes that ought to be gone and are not; only a mutant has any.</summary>
    public List<EdgeProcess> Zombies { get; } = [];

    public void Start()
    {
        var incarnation = $"{world.Random.Next():x16}{++_lives:x4}";
        Edge = new EdgeProcess(world, $"{Name}.{_lives}", Region, Disk, incarnation);
        Edge.Clock.Skew = world.SkewOf();
        world.Trace(Edge, $"starts as {incarnation[..4]}");
        Edge.Open();
    }

    /// <summary>kill -9: everything that was appended stays.</summary>
    public void Kill()
    {
        if (world.Mutant == Mutant.SuccessorWithoutLock && world.Random.Chance(70))
        {
            // Not gone, only not answering: nothing holds the successor back.
            world.Trace(Edge, $"is replaced while it runs");
            Zombies.Add(Edge);
            Disk.Ends[Edge.Incarnation] = JournalEnd.Whole;
            Start();
            return;
        }

        world.Trace(Edge, $"is killed");
        Edge.Die(orphansFree: world.Mutant == Mutant.OrphanFree);
        Disk.Ends[Edge.Incarnation] = JournalEnd.Whole;
        Start();
    }

    /// <summary>The machine stops: what was not synced may be gone from some record on.</summary>
    public void Crash()
    {
        Edge.Die(orphansFree: false);
        var kept = (int)world.Random.Between(Disk.Synced, Disk.Records.Count);
        world.Trace(Edge, $"its machine crashes; {Disk.Records.Count - kept} records are lost");
        world.Oracle.RecordsLost([.. Disk.Ends.Keys, Edge.Incarnation], kept);
        Disk.Records.RemoveRange(kept, Disk.Records.Count - kept);
        Disk.Synced = kept;
        // Another boot: of nobody's records before it is the end known to be there.
        foreach (var incarnation in (string[])[.. Disk.Ends.Keys, Edge.Incarnation])
        {
            Disk.Ends[incarnation] = JournalEnd.Torn;
        }

        Start();
    }

    public void LoseDisk()
    {
        world.Trace(Edge, $"its disk is lost");
        Edge.Die(orphansFree: false);
        world.Oracle.DiskLost(Disk, Edge);
        Disk = new SimDisk();
        Start();
    }
}
