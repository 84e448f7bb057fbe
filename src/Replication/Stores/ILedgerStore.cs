using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.Replication.Stores;

/// <summary>
/// What is stored of budgets, as one region sees it. Every method throws <see cref="LedgerUnavailableException"/> when it
/// cannot say what happened; only <see cref="AppendAsync"/> and <see cref="InsertAllocationAsync"/> tell an answer that was
/// lost apart, because they are the compare-and-sets.
/// </summary>
public interface ILedgerStore
{
    /// <summary>The region whose logs are appended to here.</summary>
    string Region { get; }

    /// <summary>The generation a region's logs are in.</summary>
    ValueTask<RegionGeneration> ReadGenerationAsync(string region, CancellationToken cancel = default);

    /// <summary>Opens the generation after <paramref name="after"/> for the own region, unless that happened already; it begins with no rights.</summary>
    /// <returns>The generation that is open now.</returns>
    ValueTask<RegionGeneration> OpenGenerationAsync(int after, DateTimeOffset now, CancellationToken cancel = default);

    /// <summary>Entries from <paramref name="from"/> on, in order; those before the newest fold may be left out, then a fold comes first.</summary>
    ValueTask<IReadOnlyList<LogEntry>> ReadLogAsync(LogKey log, long from, LogRead level, CancellationToken cancel = default);

    /// <summary>Appends at the entry's index unless something is there.</summary>
    ValueTask<AppendOutcome> AppendAsync(LogKey log, LogEntry entry, CancellationToken cancel = default);

    /// <summary>Merges into the row; safe to repeat, reorder and replay.</summary>
    ValueTask WriteRowAsync(LogKey log, UsedRow row, CancellationToken cancel = default);

    /// <summary>Every registered holder of an epoch.</summary>
    ValueTask<IReadOnlyList<UsedRow>> ReadRowsAsync(LogKey log, int epoch, CancellationToken cancel = default);

    /// <summary>All rows of a budget in ascending sequence.</summary>
    ValueTask<IReadOnlyList<AllocationRow>> ReadAllocationsAsync(string budget, CancellationToken cancel = default);

    ValueTask<AppendOutcome> InsertAllocationAsync(AllocationRow row, CancellationToken cancel = default);

    /// <summary>Raises what a region wants in total from one giver.</summary>
    ValueTask WriteDemandAsync(TransferDemand demand, CancellationToken cancel = default);

    /// <summary>What is wanted of this region.</summary>
    ValueTask<IReadOnlyList<TransferDemand>> ReadDemandAsync(AccountKey account, CancellationToken cancel = default);

    /// <summary>Accounts with demand for this region that were written since; a hint.</summary>
    ValueTask<HintPage<AccountKey>> ReadDemandHintsAsync(long position, CancellationToken cancel = default);

    /// <summary>Tells this region's edges of a seal; the log stays the truth.</summary>
    ValueTask PublishSealAsync(SealHint hint, CancellationToken cancel = default);

    /// <summary>Hints after a position; -1 begins at the newest.</summary>
    ValueTask<HintPage<SealHint>> ReadSealsAsync(long position, CancellationToken cancel = default);
}

/// <summary>Since when a region's logs are in their generation.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Since">Of the first generation: the beginning of time.</param>
public readonly record struct RegionGeneration(int Number, DateTimeOffset Since)
{
    public static RegionGeneration First => new(1, DateTimeOffset.UnixEpoch);

    /// <summary>
    /// Whether this generation takes its region's share of a period: not where the one before it may have taken it already. That
    /// is up to two periods ahead of the one in which it ended: one has an allocation row ahead of time, and one more may be opened.
    /// </summary>
    public bool HasRights(Ledger.BudgetCalendar calendar, long period) =>
        Number == 1 || period > calendar.Next(calendar.Next(calendar.PeriodOf(Since + SkewMax)));

    /// <summary>Clocks differ by less.</summary>
    public static readonly TimeSpan SkewMax = TimeSpan.FromMinutes(10);
}

/// <summary>How sure a read of a log must be.</summary>
public enum LogRead
{
    /// <summary>What has arrived in this region: may be behind, and is there while other regions are not.</summary>
    Known,

    /// <summary>Everything this region's quorum has acknowledged.</summary>
    Quorum,

    /// <summary>Every append that was decided or begun at a replica: one whose answer was lost is among them, or is not there yet and may never be.</summary>
    Serial,
}

/// <summary>What became of a compare-and-set.</summary>
public enum AppendOutcome
{
    Appended,

    /// <summary>Something else is there.</summary>
    Lost,

    /// <summary>The answer was lost: read again at <see cref="LogRead.Serial"/> and compare operation ids.</summary>
    Ambiguous,
}

/// <summary>What a region wants of a giver, in total since the period began; the giver tops up to it.</summary>
public sealed record TransferDemand(AccountKey Account, string Giver, string Receiver, int ReceiverGeneration, SpendVector Total);

/// <summary>A seal in a log of this region.</summary>
public readonly record struct SealHint(LogKey Log, int Sealed);

/// <summary>Hints and where to go on.</summary>
public sealed record HintPage<T>(IReadOnlyList<T> Hints, long Next);

/// <summary>The ledger does not answer, or not in time; what was asked may or may not have happened.</summary>
public sealed class LedgerUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
