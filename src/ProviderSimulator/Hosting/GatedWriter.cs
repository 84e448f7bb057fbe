using System.IO.Pipelines;

namespace GlobalGateway.ProviderSimulator.Hosting;

/// <summary>Passes writes on until shut; after that it swallows them.</summary>
internal sealed class GatedWriter(PipeWriter inner) : PipeWriter
{
    private readonly Lock _gate = new();
    private byte[]? _scratch;
    private bool _isCompleted;
    private volatile bool _isShut;

    public void Shut(bool completesInner)
    {
        _isShut = true;
        if (completesInner)
        {
            Complete();
        }
    }

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;
    public override long UnflushedBytes => _isShut ? 0 : inner.UnflushedBytes;

    public override void Advance(int bytes)
    {
        if (!_isShut)
        {
            inner.Advance(bytes);
        }
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => _isShut ? Scratch(sizeHint) : inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _isShut ? Scratch(sizeHint) : inner.GetSpan(sizeHint);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => _isShut ? default : inner.FlushAsync(cancellationToken);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        lock (_gate)
        {
            if (_isCompleted)
            {
                return;
            }
            _isCompleted = true;
        }
        inner.Complete(exception);
    }

    private byte[] Scratch(int sizeHint) => _scratch is { } buffer && buffer.Length >= sizeHint ? buffer : _scratch = new byte[Math.Max(sizeHint, 4096)];
}
