namespace GlobalGateway.Replication.Ledger;

/// <summary>
/// What a region's log says once its entries are applied in order: who may spend how much.
/// Invariants: entries are applied without gaps; epochs are granted in order, once each, and never again (I5); a seal, a cap and
/// a close are for ever; an epoch is capped and closed only under its seal; what is given to a region only grows.
/// Actions of the specification: GrantEpoch, SelfGrant, SealEpoch, CapEpoch, CloseEpoch, Transfer, TakeAllocation, Adjust, Fold.
/// </summary>
public sealed class RegionLog
{
    private readonly List<EpochState> _epochs = new(1);
    private readonly List<TransferTotal> _transfersOut = [];
    private SpendVector _closedCharge;
    private SpendVector _closedEstimated;

    public RegionLog(LogKey key) => Key = key;

    public LogKey Key { get; }

    /// <summary>Where the next entry goes.</summary>
    public long NextIndex { get; private set; }

    /// <summary>Entries since the last fold.</summary>
    public int EntriesSinceFold { get; private set; }

    /// <summary>The newest epoch granted; 0 before the first.</summary>
    public int LastEpoch { get; private set; }

    /// <summary>No new lease in any epoch up to this one.</summary>
    public int Sealed { get; private set; }

    /// <summary>The newest allocation row taken; 0 before the first.</summary>
    public int AllocationSequence { get; private set; }

    /// <summary>The sum of all deltas.</summary>
    public SpendVector Share { get; private set; }

    /// <summary>Not closed, or closed without all holders; ascending.</summary>
    public IReadOnlyList<EpochState> Epochs => _epochs;

    public IReadOnlyList<TransferTotal> TransfersOut => _transfersOut;

    public SpendVector TotalTransferredOut => Sum(_transfersOut);

    /// <summary>What was given so far to one generation of a region.</summary>
    public SpendVector TransferredTo(string region, int generation)
    {
        foreach (var total in _transfersOut)
        {
            if (total.Region == region && total.Generation == generation)
            {
                return total.Total;
            }
        }

        return default;
    }

    /// <summary>Rights not yet given to any epoch or region. It may be negative; then nothing is granted.</summary>
    /// <param name="transfersIn">What other regions' logs give to this one, as far as it has been read here.</param>
    /// <param name="usedOf">The total of an epoch's used rows.</param>
    public SpendVector Available(SpendVector transfersIn, Func<int, SpendVector> usedOf) =>
        Share + transfersIn - TotalTransferredOut - Charged(usedOf);

    /// <summary>What all epochs cost, given what their holders have reported.</summary>
    public SpendVector Charged(Func<int, SpendVector> usedOf)
    {
        var total = _closedCharge;
        foreach (var epoch in _epochs)
        {
            total += epoch.Charge(epoch.Closed is null ? usedOf(epoch.Epoch) : default);
        }

        return total;
    }

    /// <summary>The part of the charges of closed epochs that no settlement measured.</summary>
    public SpendVector ClosedEstimated
    {
        get
        {
            var total = _closedEstimated;
            foreach (var epoch in _epochs)
            {
                total += epoch.Estimated;
            }

            return total;
        }
    }

    /// <summary>An epoch that is not closed with all its holders; null when it is, or was never granted.</summary>
    public EpochState? Find(int epoch)
    {
        foreach (var state in _epochs)
        {
            if (state.Epoch == epoch)
            {
                return state;
            }
        }

        return null;
    }

    /// <summary>Why an operation may not follow what the log holds; null when it may.</summary>
    public string? Check(LogOperation operation)
    {
        var epoch = operation.Number;
        switch (operation.Kind)
        {
            case LogOperationKind.Delta:
                return epoch > AllocationSequence ? null : $"allocation {epoch} is not after {AllocationSequence}, which is taken";
            case LogOperationKind.Grant:
                return epoch != LastEpoch + 1 ? $"epoch {epoch} does not follow {LastEpoch}"
                    : !operation.Amount.IsWhole || operation.Amount.IsZero ? $"epoch {epoch} is granted no rights"
                    : null;
            case LogOperationKind.Seal:
                return epoch <= Sealed ? $"epoch {epoch} is sealed already"
                    : epoch > LastEpoch ? $"epoch {epoch} cannot be sealed before it is granted"
                    : null;
            case LogOperationKind.Cap:
                return Sealable(epoch) ?? (Find(epoch)!.Cap is not null ? $"epoch {epoch} has a cap already" : Whole(operation));
            case LogOperationKind.Close:
                return Sealable(epoch) ?? Whole(operation);
            case LogOperationKind.Adjust:
                return Find(epoch) is not { Closed: not null } ? $"epoch {epoch} is not closed with holders missing" : Whole(operation);
            case LogOperationKind.Transfer:
                return operation.Name is not { Length: > 0 } || operation.Generation < 1 ? "a transfer names no region and generation"
                    : operation.Name == Key.Region && operation.Generation == Key.Generation ? "a region gives nothing to itself"
                    : !operation.Amount.IsWhole || operation.Amount.IsZero ? "a transfer gives nothing"
                    : null;
            case LogOperationKind.Fold:
                return operation.State is null ? "a fold carries no state" : null;
            default:
                return $"operation {(byte)operation.Kind} is not known here";
        }
    }

    /// <summary>Takes the next entry. Entries before the newest fold may be left out.</summary>
    /// <exception cref="LedgerCorruptException">The entry does not follow, or the protocol never writes it.</exception>
    public void Apply(LogEntry entry)
    {
        var begins = NextIndex == 0 && entry.Operations is [{ Kind: LogOperationKind.Fold }, ..];
        if (entry.Index != NextIndex && !begins)
        {
            throw new LedgerCorruptException($"{Key}: entry {entry.Index} where {NextIndex} follows");
        }

        foreach (var operation in entry.Operations)
        {
            if (Check(operation) is { } problem)
            {
                throw new LedgerCorruptException($"{Key}: entry {entry.Index}: {problem}");
            }

            Apply(operation);
        }

        NextIndex = entry.Index + 1;
        EntriesSinceFold = entry.Operations is [{ Kind: LogOperationKind.Fold }, ..] ? 0 : EntriesSinceFold + 1;
    }

    /// <summary>The whole state, for a fold.</summary>
    public LogFold ToFold() => new(LastEpoch, Sealed, AllocationSequence, Share, _closedCharge, _closedEstimated, [.. _epochs], [.. _transfersOut]);

    private void Apply(LogOperation operation)
    {
        switch (operation.Kind)
        {
            case LogOperationKind.Delta:
                AllocationSequence = operation.Number;
                Share += operation.Amount;
                break;
            case LogOperationKind.Grant:
                LastEpoch = operation.Number;
                _epochs.Add(new EpochState(operation.Number, operation.Amount, operation.Name));
                break;
            case LogOperationKind.Seal:
                Sealed = operation.Number;
                break;
            case LogOperationKind.Cap:
                Replace(Find(operation.Number)! with { Cap = operation.Amount });
                break;
            case LogOperationKind.Close or LogOperationKind.Adjust:
                Close(Find(operation.Number)! with { Closed = operation.Amount, Estimated = operation.Estimated }, operation);
                break;
            case LogOperationKind.Transfer:
                Give(operation.Name!, operation.Generation, operation.Amount);
                break;
            case LogOperationKind.Fold:
                Restore(operation.State!);
                break;
        }
    }

    // A closed epoch is kept apart only while somebody of it is missing: what arrives later is booked on it.
    private void Close(EpochState state, LogOperation operation)
    {
        if (operation.Kind == LogOperationKind.Adjust || operation.Incomplete)
        {
            Replace(state);
            return;
        }

        _closedCharge += state.Closed!.Value;
        _closedEstimated += state.Estimated;
        _epochs.RemoveAll(known => known.Epoch == state.Epoch);
    }

    private void Replace(EpochState state) => _epochs[_epochs.FindIndex(known => known.Epoch == state.Epoch)] = state;

    private void Give(string region, int generation, SpendVector amount)
    {
        var at = _transfersOut.FindIndex(total => total.Region == region && total.Generation == generation);
        if (at < 0)
        {
            _transfersOut.Add(new TransferTotal(region, generation, amount));
        }
        else
        {
            _transfersOut[at] = _transfersOut[at] with { Total = _transfersOut[at].Total + amount };
        }
    }

    private void Restore(LogFold fold)
    {
        (LastEpoch, Sealed, AllocationSequence, Share) = (fold.LastEpoch, fold.Sealed, fold.AllocationSequence, fold.Share);
        (_closedCharge, _closedEstimated) = (fold.ClosedCharge, fold.ClosedEstimated);
        _epochs.Clear();
        _epochs.AddRange(fold.Epochs);
        _transfersOut.Clear();
        _transfersOut.AddRange(fold.TransfersOut);
    }

    private string? Sealable(int epoch) =>
        epoch > Sealed ? $"epoch {epoch} is not sealed"
        : Find(epoch) is not { Closed: null } ? $"epoch {epoch} is not open"
        : null;

    private static string? Whole(LogOperation operation) =>
        operation.Amount.IsWhole && operation.Estimated.IsWhole && operation.Estimated.FitsIn(operation.Amount)
            ? null
            : $"epoch {operation.Number}: {operation.Kind.ToString().ToLowerInvariant()} of a negative amount";

    private static SpendVector Sum(List<TransferTotal> totals)
    {
        var sum = SpendVector.Zero;
        foreach (var total in totals)
        {
            sum += total.Total;
        }

        return sum;
    }
}
