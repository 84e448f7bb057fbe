using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.LedgerSimulator.Stores;

/// <summary>A region's log as it truly is, with its rows and what providers were truly asked for.</summary>
internal sealed class SimLog(LogKey key)
{
    public LogKey Key { get; } = key;

    /// <summary>By index; an entry is null where a mistaken fold deleted it.</summary>
    public List<LogEntry?> Entries { get; } = [];

    public RegionLog Truth { get; } = new(key);

    public Dictionary<int, SimEpoch> Epochs { get; } = [];

    /// <summary>Entries that each other region's replicas have; by region.</summary>
    public Dictionary<string, int> Visible { get; } = [];

    public int LastFold { get; set; } = -1;

    public SimEpoch Epoch(int number)
    {
        if (!Epochs.TryGetValue(number, out var epoch))
        {
            Epochs.Add(number, epoch = new SimEpoch());
        }

        return epoch;
    }
}

/// <summary>One epoch: what the log says, what holders reported, and what is true.</summary>
internal sealed class SimEpoch
{
    public bool Granted { get; set; }
    public SpendVector Amount { get; set; }
    public SpendVector? Cap { get; set; }
    public SpendVector? Closed { get; set; }
    public SpendVector Estimated { get; set; }
    public List<UsedRow> Rows { get; } = [];

    /// <summary>When each row was last written by its writer's clock; read only by a mutant.</summary>
    public Dictionary<string, DateTimeOffset> WrittenAt { get; } = [];

    /// <summary>What providers did for calls that have ended, up to what was reserved.</summary>
    public SpendVector True { get; set; }

    /// <summary>Reserved by calls that have not ended.</summary>
    public SpendVector InFlight { get; set; }

    public SpendVector Used => UsedRow.TotalUsed(Rows);

    public SpendVector Charge => Closed ?? SpendVector.Max(Cap ?? Amount, Used);
}
