namespace GlobalGateway.Replication.Edge;

/// <summary>What an edge's quota needs to know of its place.</summary>
public sealed record QuotaOptions
{
    public required string Region { get; init; }

    /// <summary>Edges this region runs, at least 1: rights near exhaustion are shared among so many.</summary>
    public int Edges { get; init; } = 1;

    /// <summary>Longest wait of a request for rights that are on their way. Default 3 s.</summary>
    public TimeSpan WaitMax { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a refusal is repeated without asking again. Default 250 ms.</summary>
    public TimeSpan RefusalMax { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often seals and demand are looked for. Default 100 ms.</summary>
    public TimeSpan HintsEvery { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>A budget below so much has one home region: nano-dollars, tokens and requests.</summary>
    public Ledger.SpendVector SmallBelow { get; init; } = new(300, 3_000_000, 30_000_000_000);
}
