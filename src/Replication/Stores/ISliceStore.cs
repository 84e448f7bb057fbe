using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.Replication.Stores;

/// <summary>
/// The slices of granted epochs that a region's edges lease from; it may forget everything at any time. Without one, edges grant
/// to themselves.
/// </summary>
public interface ISliceStore
{
    /// <summary>Loads an epoch's rights, once: the agent whose grant it was calls it once and never again, whatever the answer.</summary>
    /// <exception cref="SlicesUnavailableException">It may or may not be loaded.</exception>
    ValueTask LoadAsync(LogKey log, int epoch, SpendVector amount, CancellationToken cancel = default);

    /// <summary>Takes at most <paramref name="want"/> of an epoch's slice, which the caller has registered in and checked for seals.</summary>
    /// <param name="lease">Chosen by the caller; asking again with the same one takes nothing more.</param>
    /// <returns>Nothing when the slice has no rights left, is gone, or may not be lent from by this server.</returns>
    /// <exception cref="SlicesUnavailableException">It may or may not be taken; what was taken stays charged until its epoch closes.</exception>
    ValueTask<SliceLease> TakeAsync(LogKey log, int epoch, Guid lease, SpendVector want, CancellationToken cancel = default);

    /// <summary>
    /// No lease in any epoch up to this one from now on, as far as the store remembers: what makes a seal safe is the log, this only
    /// spares edges leases that they would have to give up at once.
    /// </summary>
    /// <exception cref="SlicesUnavailableException">It may or may not be known there.</exception>
    ValueTask SealAsync(LogKey log, int epoch, CancellationToken cancel = default);
}

/// <summary>Rights out of a slice.</summary>
/// <param name="Sealed">The highest seal the store was told of.</param>
public readonly record struct SliceLease(SpendVector Amount, int Sealed);

/// <summary>The slices cannot be reached, or may not be lent from at present.</summary>
public sealed class SlicesUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
