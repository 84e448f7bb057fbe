using System.IO.Pipelines;

namespace GlobalGateway.ProviderSimulator.Hosting;

/// <summary>Passes writes on until shut; after that it swallows them.</summary>
internal sealed class GatedWriter(PipeWriter inner) : PipeWriter
{
    private readonly Lock gate = new();
    private byte[]? scratch;
    private bool isCompleted;
    private volatile bool isShut;

    public void Shut(bool completesInner)
    {
        isShut = true;
        if (completesInner)
        {
            Complete();
        }
    }

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;
    public override long UnflushedBytes => isShut ? 0 : inner.UnflushedBytes;

    public override void Advance(int bytes)
    {
        if (!isShut)
        {
            inner.Advance(bytes);
        }
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => isShut ? Scratch(sizeHint) : inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => isShut ? Scratch(sizeHint) : inner.GetSpan(sizeHint);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => isShut ? default : inner.FlushAsync(cancellationToken);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        lock (gate)
        {
            if (isCompleted)
            {
                return;
            }
            isCompleted = true;
        }
        inner.Complete(exception);
    }

    private byte[] Scratch(int sizeHint) => scratch is { } buffer && buffer.Length >= sizeHint ? buffer : scratch = new byte[Math.Max(sizeHint, 4096)];
}
