using System.Threading.Channels;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Fleet;
using GlobalGateway.EdgeNode.Probing;
using GlobalGateway.EdgeNode.Revocations;

namespace GlobalGateway.EdgeNode.Configuration;

/// <summary>One stream to a control plane, from hello to its end. Taking a pointer may last; whatever else is said meanwhile does not wait for it.</summary>
public sealed class ControlPlaneSession(
    FleetSocket socket, IBundleParts parts, BundleActivator activator, RevocationLane revocations, EdgeStatements statements, ConfigStatus status,
    SelfProbe probe, TimeProvider clock)
{
    /// <summary>Pointers that wait; of more, the oldest is passed over, because a newer one takes its place anyway.</summary>
    private const int PointersWaitingMax = 4;

    private readonly Channel<PointerMessage> _pointers = Channel.CreateBounded<PointerMessage>(
        new BoundedChannelOptions(PointersWaitingMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true });

    /// <summary>Of more questions the oldest is passed over; whoever asked it asks again.</summary>
    private readonly Channel<SelfProbeMessage> _asked = Channel.CreateBounded<SelfProbeMessage>(
        new BoundedChannelOptions(PointersWaitingMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true });

    /// <param name="heard">Called with everything that arrives.</param>
    /// <returns>At a proper end.</returns>
    /// <exception cref="FleetSocketException">The stream broke.</exception>
    /// <exception cref="HttpRequestException">The parts of a bundle could not be fetched.</exception>
    public async Task RunAsync(EdgeHello hello, Action<FleetMessage> heard, CancellationToken cancel)
    {
        await socket.SendAsync(hello, cancel);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var sides = new[] { ReceiveAsync(heard, both.Token), TakePointersAsync(both.Token), TellAsync(both.Token), AnswerAsync(both.Token) };
        try
        {
            await await Task.WhenAny(sides);
        }
        finally
        {
            await both.CancelAsync();
            await Task.WhenAll(sides).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancel.IsCancellationRequested)
            {
                await socket.CloseAsync();
            }
        }
    }

    private async Task ReceiveAsync(Action<FleetMessage> heard, CancellationToken cancel)
    {
        while (await socket.ReceiveAsync(cancel) is { } message)
        {
            heard(message);
            switch (message)
            {
                case PointerMessage pointer:
                    _pointers.Writer.TryWrite(pointer);
                    break;
                case RevocationsMessage told:
                    var problem = revocations.Take(told.Revocations);
                    await socket.SendAsync(new RevocationsAck(revocations.Sequence, Short(problem)), cancel);
                    break;
                case SelfProbeMessage asked:
                    _asked.Writer.TryWrite(asked);
                    break;
            }
        }
    }

    /// <summary>Answers one question at a time; what takes long is neither pointers nor revocations.</summary>
    private async Task AnswerAsync(CancellationToken cancel)
    {
        await foreach (var asked in _asked.Reader.ReadAllAsync(cancel))
        {
            await socket.SendAsync(await probe.RunAsync(asked.Nonce, cancel), cancel);
        }
    }

    private async Task TakePointersAsync(CancellationToken cancel)
    {
        await foreach (var told in _pointers.Reader.ReadAllAsync(cancel))
        {
            var (revision, problem) = await activator.ApplyAsync(told.Pointer, parts, cancel);
            await socket.SendAsync(
                problem is null
                    ? new EdgeAck(told.Nonce, told.Pointer.Sequence, revision!)
                    : new EdgeNack(told.Nonce, told.Pointer.Sequence, Short(problem)!, status.Revision),
                cancel);
        }
    }

    /// <summary>Says at once and from then on what has changed, and every few seconds that the edge is there.</summary>
    private async Task TellAsync(CancellationToken cancel)
    {
        EdgeHeartbeat? beat = null;
        EdgeSample? sample = null;
        var beatAt = 0L;
        using var timer = new PeriodicTimer(FleetProtocol.SampleEvery, clock);
        do
        {
            var now = statements.Heartbeat();
            if (beat is null || clock.GetElapsedTime(beatAt) >= FleetProtocol.HeartbeatEvery || !EdgeStatements.AreSame(now, beat))
            {
                (beat, beatAt) = (now, clock.GetTimestamp());
                await socket.SendAsync(beat, cancel);
            }

            if (statements.Sample(sample) is { } next)
            {
                sample = next;
                await socket.SendAsync(sample, cancel);
            }
        }
        while (await timer.WaitForNextTickAsync(cancel));
    }

    private static string? Short(string? reason) => reason?.Length > FleetProtocol.ReasonLettersMax ? reason[..FleetProtocol.ReasonLettersMax] : reason;
}
