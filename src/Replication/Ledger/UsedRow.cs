namespace GlobalGateway.Replication.Ledger;

/// <summary>
/// What one edge incarnation says it used of one epoch. Invariants: its first write registers the holder and comes before the
/// first lease; used and estimated only grow (a maximum per unit); cap and final are written once; merging two versions of a
/// row is commutative, associative and idempotent (I6).
/// </summary>
/// <param name="Used">Everything settled so far, at least what was actually used.</param>
/// <param name="Estimated">The part of <paramref name="Used"/> that no provider's answer measured.</param>
/// <param name="Cap">Set once the holder is fenced: spent plus in flight.</param>
/// <param name="Final">Nothing is in flight any more.</param>
public sealed record UsedRow(string Incarnation, int Epoch, SpendVector Used, SpendVector Estimated, SpendVector? Cap, bool Final)
{
    public static UsedRow Registered(string incarnation, int epoch) => new(incarnation, epoch, default, default, null, false);

    public UsedRow Merge(UsedRow other)
    {
        if (other.Incarnation != Incarnation || other.Epoch != Epoch)
        {
            throw new ArgumentException($"the row of {other.Incarnation} in epoch {other.Epoch} is not one of {Incarnation} in epoch {Epoch}", nameof(other));
        }

        return this with
        {
            Used = SpendVector.Max(Used, other.Used),
            Estimated = SpendVector.Max(Estimated, other.Estimated),
            Cap = Cap is { } cap && other.Cap is { } cap2 ? SpendVector.Max(cap, cap2) : Cap ?? other.Cap,
            Final = Final || other.Final,
        };
    }

    public static SpendVector TotalUsed(IReadOnlyList<UsedRow> rows)
    {
        var total = SpendVector.Zero;
        foreach (var row in rows)
        {
            total += row.Used;
        }

        return total;
    }
}
