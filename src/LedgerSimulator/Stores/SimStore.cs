using GlobalGateway.LedgerSimulator.Processes;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.LedgerSimulator.Stores;

/// <summary>The stores as one process reaches them: every call is on its way until the scheduler lets it happen.</summary>
internal sealed class SimStore(World world, SimProcess process) : ILedgerStore, ISliceStore
{
    public string Region => process.Region;

    private SimCluster Cluster => world.Cluster;

    private SimSlices Slices => world.Slices[process.Region];

    public ValueTask<RegionGeneration> ReadGenerationAsync(string region, CancellationToken cancel = default) => new(Cluster.Generation(region));

    public ValueTask<RegionGeneration> OpenGenerationAsync(int after, DateTimeOffset now, CancellationToken cancel = default) => throw new NotSupportedException("a region is rebuilt by the world here");

    public ValueTask<IReadOnlyList<LogEntry>> ReadLogAsync(LogKey log, long from, LogRead level, CancellationToken cancel = default) =>
        Ask("read log", () => Cluster.Read(log, from, process.Region), Unavailable, []);

    public ValueTask<AppendOutcome> AppendAsync(LogKey log, LogEntry entry, CancellationToken cancel = default)
    {
        if (!world.IsDraining && world.Mutant != Mutant.RereadLocalOne && world.May(Faults.Lost, 1))
        {
            // Held up on its way: in doubt for its writer, not seen when that reads again, and carried out later where its index is still free.
            world.Later(process, "append, late", () => Append(log, entry) == AppendOutcome.Appended);
            return new(AppendOutcome.Ambiguous);
        }

        // At one replica a proposal may be seen that never wins.
        return Ask("append", () => Append(log, entry), null, world.Mutant == Mutant.RereadLocalOne ? AppendOutcome.Appended : AppendOutcome.Ambiguous);
    }

    public ValueTask WriteRowAsync(LogKey log, UsedRow row, CancellationToken cancel = default)
    {
        var at = process.Clock.GetUtcNow();
        if (world.Mutant == Mutant.SelfGrantUnregistered && row.Used.IsZero && row.Cap is null)
        {
            return default;
        }

        if (world.Mutant == Mutant.ReadSealsFirst && row.Used.IsZero && row.Cap is null)
        {
            // Acknowledged now, there later: the seals are read before the row can be seen.
            world.Later(process, "row", () => Write(log, row, at));
            return default;
        }

        if (world.May(Faults.Duplicated, 5))
        {
            world.Later(process, "row again", () => Write(log, row, at));
        }

        return Void(Ask("row", () => Write(log, row, at), Unavailable));
    }

    public ValueTask<IReadOnlyList<UsedRow>> ReadRowsAsync(LogKey log, int epoch, CancellationToken cancel = default) =>
        Ask("read rows", () => Cluster.Rows(log, epoch), Unavailable, []);

    public ValueTask<IReadOnlyList<AllocationRow>> ReadAllocationsAsync(string budget, CancellationToken cancel = default) =>
        Ask("read allocations", () => Cluster.Allocations(budget), Unavailable, []);

    public ValueTask<AppendOutcome> InsertAllocationAsync(AllocationRow row, CancellationToken cancel = default) => Ask(
        "allocate",
        () =>
        {
            var outcome = Cluster.Insert(row);
            world.Trace(process, $"allocation {row.Budget} {row.Sequence} of {row.Amount.Requests} by pointer {row.PointerSequence}: {string.Join(' ', row.Split.Select(share => $"{share.Region}={share.Share.Requests}"))} {outcome}");
            return outcome;
        },
        null,
        AppendOutcome.Ambiguous);

    public ValueTask WriteDemandAsync(TransferDemand demand, CancellationToken cancel = default) => Void(Ask(
        "demand",
        () =>
        {
            Cluster.Demand(demand);
            return true;
        },
        Unavailable));

    public ValueTask<IReadOnlyList<TransferDemand>> ReadDemandAsync(AccountKey account, CancellationToken cancel = default) =>
        Ask("read demand", () => Cluster.DemandOf(account, process.Region), Unavailable, []);

    public ValueTask<HintPage<AccountKey>> ReadDemandHintsAsync(long position, CancellationToken cancel = default) => throw new NotSupportedException("accounts are gone through at random here");

    public ValueTask PublishSealAsync(SealHint hint, CancellationToken cancel = default) => default;

    public ValueTask<HintPage<SealHint>> ReadSealsAsync(long position, CancellationToken cancel = default) => throw new NotSupportedException("logs are read for seals here");

    public ValueTask LoadAsync(LogKey log, int epoch, SpendVector amount, CancellationToken cancel = default)
    {
        if (world.Mutant == Mutant.LoadRetried)
        {
            world.Later(process, "load again", () => Slices.Load(log, epoch, amount));
        }

        return Void(Ask("load", () => Slices.Load(log, epoch, amount), NoSlices));
    }

    public ValueTask<SliceLease> TakeAsync(LogKey log, int epoch, Guid lease, SpendVector want, CancellationToken cancel = default) =>
        Ask("take", () => Slices.Take(log, epoch, lease, want), NoSlices);

    public ValueTask SealAsync(LogKey log, int epoch, CancellationToken cancel = default) =>
        Void(Ask("seal slices", () => Slices.Seal(log, epoch), NoSlices));

    private AppendOutcome Append(LogKey log, LogEntry entry)
    {
        var outcome = Cluster.Append(log, entry);
        world.Trace(process, $"{log} [{entry.Index}] {(outcome == AppendOutcome.Appended ? Describe(entry) : "lost")}");
        return outcome;
    }

    private bool Write(LogKey log, UsedRow row, DateTimeOffset at)
    {
        Cluster.WriteRow(log, row, at);
        world.Trace(process, $"{log} row {row.Incarnation[..4]} e{row.Epoch} used {row.Used.Requests}{(row.Cap is { } cap ? $" cap {cap.Requests}" : "")}{(row.Final ? " final" : "")}");
        return true;
    }

    private ValueTask<T> Ask<T>(string name, Func<T> perform, Func<Exception>? failure, T unanswered = default!)
    {
        var io = new Io<T>(process, name, perform, failure, unanswered);
        world.Pending.Add(io);
        return new(io.Answer);
    }

    private static ValueTask Void<T>(ValueTask<T> task) => new(task.AsTask());

    private static Exception Unavailable() => new LedgerUnavailableException("no answer");

    private static Exception NoSlices() => new SlicesUnavailableException("no answer");

    private static string Describe(LogEntry entry) => string.Join(", ", entry.Operations.Select(operation =>
        $"{operation.Kind.ToString().ToUpperInvariant()} {operation.Number} {operation.Amount.Requests}{(operation.Name is { } name ? $" to {name[..Math.Min(4, name.Length)]}" : "")}"));
}
