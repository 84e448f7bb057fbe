namespace GlobalGateway.Replication.Ledger;

/// <summary>The kinds of log operations; the numbers are stored and only ever added to.</summary>
public enum LogOperationKind : byte
{
    /// <summary>Takes an allocation row's share for this region.</summary>
    Delta = 1,

    /// <summary>Opens an epoch with rights.</summary>
    Grant = 2,

    /// <summary>For ever: no new lease in this epoch or any before it.</summary>
    Seal = 3,

    /// <summary>Every holder is fenced: the epoch costs at most what is spent or in flight.</summary>
    Cap = 4,

    /// <summary>Everything has settled: the epoch costs what was used.</summary>
    Close = 5,

    /// <summary>More became known of an epoch that had been closed without all its holders.</summary>
    Adjust = 6,

    /// <summary>Gives rights to another region: debit and credit in one entry.</summary>
    Transfer = 7,

    /// <summary>Carries the whole state, so that readers may begin here.</summary>
    Fold = 8,
}

/// <summary>One step of a region's log. Which parts are set depends on the kind; see the factories.</summary>
public sealed record LogOperation
{
    public required LogOperationKind Kind { get; init; }

    /// <summary>An epoch, or a delta's allocation sequence.</summary>
    public int Number { get; init; }

    /// <summary>Granted, capped, used, transferred, or a delta's difference.</summary>
    public SpendVector Amount { get; init; }

    /// <summary>Of a close or adjust: the part of the charge that no settlement measured.</summary>
    public SpendVector Estimated { get; init; }

    /// <summary>Of a close: holders are missing, and what they still report is booked by an adjust.</summary>
    public bool Incomplete { get; init; }

    /// <summary>Of a grant: the only incarnation that may use it. Of a transfer: the receiving region.</summary>
    public string? Name { get; init; }

    /// <summary>Of a transfer: the receiver's generation.</summary>
    public int Generation { get; init; }

    /// <summary>Of a fold.</summary>
    public LogFold? State { get; init; }

    public static LogOperation Delta(int sequence, SpendVector difference) => new() { Kind = LogOperationKind.Delta, Number = sequence, Amount = difference };

    /// <param name="incarnation">Absent: a slice for all edges of the region.</param>
    public static LogOperation Grant(int epoch, SpendVector amount, string? incarnation) =>
        new() { Kind = LogOperationKind.Grant, Number = epoch, Amount = amount, Name = incarnation };

    public static LogOperation Seal(int epoch) => new() { Kind = LogOperationKind.Seal, Number = epoch };

    public static LogOperation Cap(int epoch, SpendVector amount) => new() { Kind = LogOperationKind.Cap, Number = epoch, Amount = amount };

    public static LogOperation Close(int epoch, SpendVector used, SpendVector estimated, bool incomplete = false) =>
        new() { Kind = LogOperationKind.Close, Number = epoch, Amount = used, Estimated = estimated, Incomplete = incomplete };

    public static LogOperation Adjust(int epoch, SpendVector used, SpendVector estimated) =>
        new() { Kind = LogOperationKind.Adjust, Number = epoch, Amount = used, Estimated = estimated };

    public static LogOperation Transfer(string region, int generation, SpendVector amount) =>
        new() { Kind = LogOperationKind.Transfer, Name = region, Generation = generation, Amount = amount };

    public static LogOperation Fold(LogFold state) => new() { Kind = LogOperationKind.Fold, State = state };
}

/// <summary>What is appended at one index by one compare-and-set; its operations happen together.</summary>
/// <param name="Index">From 0, without gaps.</param>
/// <param name="OperationId">Chosen by the writer: tells whether an append whose answer was lost is this one.</param>
public sealed record LogEntry(long Index, Guid OperationId, IReadOnlyList<LogOperation> Operations);
