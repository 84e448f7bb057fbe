using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Stores.Cold;

/// <summary>Slices that note how long they are asked.</summary>
internal sealed class TimedSlices(ISliceStore slices, StepTimes times) : ISliceStore
{
    public ValueTask LoadAsync(LogKey log, int epoch, SpendVector amount, CancellationToken cancel = default) => times.TimeAsync("load slice", slices.LoadAsync(log, epoch, amount, cancel));

    public ValueTask<SliceLease> TakeAsync(LogKey log, int epoch, Guid lease, SpendVector want, CancellationToken cancel = default) =>
        times.TimeAsync("lease from slice", slices.TakeAsync(log, epoch, lease, want, cancel));

    public ValueTask SealAsync(LogKey log, int epoch, CancellationToken cancel = default) => times.TimeAsync("seal slices", slices.SealAsync(log, epoch, cancel));
}
