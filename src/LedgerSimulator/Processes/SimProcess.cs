namespace GlobalGateway.LedgerSimulator.Processes;

/// <summary>Something that runs: it may be paused or gone, and its clock may be wrong.</summary>
internal abstract class SimProcess(World world, string name, string region)
{
    private readonly HashSet<object> _busy = [];

    public string Name { get; } = name;
    public string Region { get; } = region;
    public bool Alive { get; set; } = true;

    /// <summary>Steps of the world until which it does nothing.</summary>
    public int PausedUntil { get; set; }

    public SimClock Clock { get; } = new(world);

    protected World World { get; } = world;

    /// <summary>Starts a procedure unless the same lane still has one; it runs until its first request to a store.</summary>
    protected void Start(object lane, Func<ValueTask> procedure)
    {
        if (_busy.Add(lane))
        {
            Run(lane, procedure);
        }
    }

    private async void Run(object lane, Func<ValueTask> procedure)
    {
        try
        {
            await procedure();
        }
        catch (Exception problem) when (problem is Replication.Stores.LedgerUnavailableException or Replication.Stores.SlicesUnavailableException or Replication.Journal.JournalFailedException)
        {
            // As in production: the next turn tries again.
        }
        catch (Exception problem)
        {
            World.Failed(problem);
        }
        finally
        {
            _busy.Remove(lane);
        }
    }
}

/// <summary>A machine's clock: the world's, and how wrong this one is.</summary>
internal sealed class SimClock(World world) : TimeProvider
{
    public TimeSpan Skew { get; set; }

    public override DateTimeOffset GetUtcNow() => world.Now + Skew;
}
