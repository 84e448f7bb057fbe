using System.Threading.Channels;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Fleet;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Compiler;
using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.ControlPlane.Distribution;

/// <summary>One edge's WebSocket: pointers and heartbeats down; hello, ACK, NACK and heartbeats up.</summary>
public sealed class EdgeStream(
    FleetIdentity identity, FleetSocket socket, FleetHub hub, EdgeRegistry registry, EmbeddedStore store, Publisher publisher, StreamTrust trust)
{
    // Only a signal: the pointer is read from the store when it is sent, so a slow edge is told the newest one,
    // however many were published meanwhile, and never an older one after it.
    private readonly Channel<bool> _moved = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void PointerMoved() => _moved.Writer.TryWrite(true);

    /// <summary>Runs until either side ends it.</summary>
    /// <exception cref="FleetSocketException">The stream broke.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        if (await socket.ReceiveAsync(cancel) is not EdgeHello hello)
        {
            throw new FleetSocketException("the first message is no hello");
        }

        registry.Heard(identity, this, state => state with { Revision = hello.Revision, Sequence = hello.Pointer?.Sequence ?? 0, Answer = EdgeAnswer.Pending, Reason = null });
        if (!hello.Formats.Contains(BundleFormat.Current))
        {
            var reason = $"reads the formats {string.Join(", ", hello.Formats.Take(8))}, not {BundleFormat.Current}; it needs another version";
            registry.Heard(identity, this, state => state with { Answer = EdgeAnswer.Nack, Reason = reason });
            throw new FleetSocketException(reason);
        }

        if (hello.Pointer is { } held && trust.IsOwn(held))
        {
            publisher.RiseAbove(held);
        }

        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        hub.Add(this);
        try
        {
            PointerMoved();
            var sides = new[] { SendPointersAsync(both.Token), SendHeartbeatsAsync(both.Token), ReceiveAsync(both.Token) };
            var first = await Task.WhenAny(sides);
            await both.CancelAsync();
            await Task.WhenAll(sides).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await first;
        }
        finally
        {
            hub.Remove(this);
        }
    }

    private async Task SendPointersAsync(CancellationToken cancel)
    {
        var told = 0L;
        await foreach (var _ in _moved.Reader.ReadAllAsync(cancel))
        {
            if (store.Pointer is not { } pointer || pointer.Sequence == told)
            {
                continue;
            }

            told = pointer.Sequence;
            registry.Heard(identity, this, state => state.AnswerSequence == pointer.Sequence ? state : state with { Answer = EdgeAnswer.Pending, Reason = null });
            await socket.SendAsync(new PointerMessage(Guid.NewGuid().ToString("N"), pointer), cancel);
        }
    }

    private async Task SendHeartbeatsAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(FleetProtocol.HeartbeatEvery);
        while (await timer.WaitForNextTickAsync(cancel))
        {
            // The embedded store is this process's own directory: it is never out of reach.
            await socket.SendAsync(new PlaneHeartbeat(store.Pointer?.Sequence ?? 0, 0), cancel);
        }
    }

    private async Task ReceiveAsync(CancellationToken cancel)
    {
        while (await socket.ReceiveAsync(cancel) is { } message)
        {
            registry.Heard(identity, this, state => message switch
            {
                EdgeAck ack => state with
                {
                    Answer = EdgeAnswer.Ack, AnswerSequence = ack.Sequence, Sequence = ack.Sequence, Revision = ack.Revision, Reason = null,
                },
                EdgeNack nack => state with
                {
                    Answer = EdgeAnswer.Nack,
                    AnswerSequence = nack.Sequence,
                    Revision = nack.Revision,
                    Reason = nack.Reason.Length <= FleetProtocol.ReasonLettersMax ? nack.Reason : nack.Reason[..FleetProtocol.ReasonLettersMax],
                },
                EdgeHeartbeat heartbeat => state with { Sequence = heartbeat.Sequence, Revision = heartbeat.Revision },
                _ => state,
            });
        }
    }
}
