namespace GlobalGateway.Replication.Ledger;

/// <summary>A region log's whole state after some entry.</summary>
/// <param name="LastEpoch">The newest epoch granted; 0 before the first.</param>
/// <param name="Sealed">No new lease in any epoch up to this one.</param>
/// <param name="AllocationSequence">The newest allocation row taken; 0 before the first.</param>
/// <param name="Share">The sum of all deltas.</param>
/// <param name="ClosedCharge">What epochs cost that are closed and not listed in <paramref name="Epochs"/>.</param>
/// <param name="ClosedEstimated">How much of that no settlement measured.</param>
/// <param name="Epochs">Those not closed, and those closed without all holders, in ascending order.</param>
/// <param name="TransfersOut">What was given so far, by receiver.</param>
public sealed record LogFold(
    int LastEpoch,
    int Sealed,
    int AllocationSequence,
    SpendVector Share,
    SpendVector ClosedCharge,
    SpendVector ClosedEstimated,
    IReadOnlyList<EpochState> Epochs,
    IReadOnlyList<TransferTotal> TransfersOut);

/// <summary>Everything given to one generation of one region.</summary>
public readonly record struct TransferTotal(string Region, int Generation, SpendVector Total);

/// <summary>What a log says of one epoch.</summary>
/// <param name="Incarnation">Whom a grant names; absent for a slice.</param>
/// <param name="Cap">Set once every holder is fenced.</param>
/// <param name="Closed">What a closed epoch costs; kept only while part of it is estimated.</param>
/// <param name="Estimated">The part of <paramref name="Closed"/> that no settlement measured.</param>
public sealed record EpochState(int Epoch, SpendVector Granted, string? Incarnation, SpendVector? Cap = null, SpendVector? Closed = null, SpendVector Estimated = default)
{
    /// <summary>What the epoch costs its region, given what its holders have reported.</summary>
    public SpendVector Charge(SpendVector used) => Closed ?? SpendVector.Max(Cap ?? Granted, used);
}
