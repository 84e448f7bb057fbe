using System.IO.Pipelines;

namespace GlobalGateway.ProviderSimulator.Hosting;

/// <summary>Passes reads on until frozen; a frozen read ends only with the connection.</summary>
internal sealed class GatedReader(PipeReader inner, CancellationToken closed) : PipeReader
{
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool isFrozen;

    public void Freeze() => isFrozen = true;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => isFrozen ? Frozen(cancellationToken) : inner.ReadAsync(cancellationToken);

    public override bool TryRead(out ReadResult result)
    {
        if (!isFrozen)
        {
            return inner.TryRead(out result);
        }
        result = default;
        return false;
    }

    public override void AdvanceTo(SequencePosition consumed)
    {
        if (!isFrozen)
        {
            inner.AdvanceTo(consumed);
        }
    }

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (!isFrozen)
        {
            inner.AdvanceTo(consumed, examined);
        }
    }

    public override void CancelPendingRead()
    {
        released.TrySetResult();
        inner.CancelPendingRead();
    }

    public override void Complete(Exception? exception = null)
    {
        released.TrySetResult();
        inner.Complete(exception);
    }

    private async ValueTask<ReadResult> Frozen(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(closed, cancellationToken);
        await using var registration = either.Token.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), released);
        await released.Task;
        cancellationToken.ThrowIfCancellationRequested();
        return new ReadResult(default, isCanceled: false, isCompleted: true);
    }
}
