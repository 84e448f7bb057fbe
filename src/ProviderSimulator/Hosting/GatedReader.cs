using System.IO.Pipelines;

namespace GlobalGateway.ProviderSimulator.Hosting;

/// <summary>Passes reads on until frozen; a frozen read ends only with the connection.</summary>
internal sealed class GatedReader(PipeReader inner, CancellationToken closed) : PipeReader
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isFrozen;

    public void Freeze() => _isFrozen = true;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => _isFrozen ? Frozen(cancellationToken) : inner.ReadAsync(cancellationToken);

    public override bool TryRead(out ReadResult result)
    {
        if (!_isFrozen)
        {
            return inner.TryRead(out result);
        }
        result = default;
        return false;
    }

    public override void AdvanceTo(SequencePosition consumed)
    {
        if (!_isFrozen)
        {
            inner.AdvanceTo(consumed);
        }
    }

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (!_isFrozen)
        {
            inner.AdvanceTo(consumed, examined);
        }
    }

    public override void CancelPendingRead()
    {
        _released.TrySetResult();
        inner.CancelPendingRead();
    }

    public override void Complete(Exception? exception = null)
    {
        _released.TrySetResult();
        inner.Complete(exception);
    }

    private async ValueTask<ReadResult> Frozen(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(closed, cancellationToken);
        await using var registration = either.Token.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), _released);
        await _released.Task;
        cancellationToken.ThrowIfCancellationRequested();
        return new ReadResult(default, isCanceled: false, isCompleted: true);
    }
}
