using System.Threading.Channels;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Fleet;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Revocations;
using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.ControlPlane.Distribution;

/// <summary>One edge's WebSocket: pointers, revocations, questions and heartbeats down; what the edge serves and how it fares up.</summary>
public sealed class EdgeStream(
    FleetIdentity identity,
    FleetSocket socket,
    FleetHub hub,
    FleetBoard board,
    EdgeRegistry registry,
    RevocationsHeard revocationsHeard,
    StoreMirror mirror,
    IKeyValueStore store,
    StreamTrust trust)
{
    // Only a signal: what is to be told is read from the board when it is sent, so a slow edge is told the newest, however much
    // changed meanwhile, and never something older after it.
    private readonly Channel<bool> _woken = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private long _heldSequence;
    private volatile SignedDocument? _told;
    private (long Sequence, string KeyId) _heldRevocations;

    public void Wake() => _woken.Writer.TryWrite(true);

    /// <summary>Runs until either side ends it.</summary>
    /// <exception cref="FleetSocketException">The stream broke.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        if (await socket.ReceiveAsync(cancel) is not EdgeHello hello)
        {
            throw new FleetSocketException("the first message is no hello");
        }

        await WelcomeAsync(hello, cancel);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        hub.Add(this);
        try
        {
            Wake();
            var sides = new[] { TellAsync(both.Token), SendHeartbeatsAsync(both.Token), ReceiveAsync(both.Token) };
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

    private async Task WelcomeAsync(EdgeHello hello, CancellationToken cancel)
    {
        var held = hello.Pointer is { } pointer && trust.IsOwn(pointer) ? pointer : null;
        _heldSequence = held?.Sequence ?? 0;
        registry.Heard(identity, this, report => report with
        {
            Boot = Short(hello.Boot),
            Sequence = 0,
            Bundle = null,
            Draining = false,
            Formats = [.. hello.Formats.Take(FormatsShownMax)],
            Peer = hello.Peer is { } peer && Uri.TryCreate(peer, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps ? uri.AbsoluteUri : null,
            Held = held,
            Revision = hello.Revision is { } revision ? Short(revision) : null,
            Answer = EdgeAnswer.Pending,
            AnswerSequence = 0,
            Reason = null,
            Sample = null,
        });
        if (hello.Revocations is { } list && trust.IsOwn(list, SignedType.Revocations))
        {
            _heldRevocations = (list.Sequence, list.KeyId);
            if (list.Sequence > (board.Notices.Revocations?.Sequence ?? 0))
            {
                await revocationsHeard.OfferAsync(list, cancel);
            }
        }
    }

    private async Task TellAsync(CancellationToken cancel)
    {
        string? asked = null;
        await foreach (var _ in _woken.Reader.ReadAllAsync(cancel))
        {
            var notices = board.Notices;
            if (notices.Revocations is { } list && (list.Sequence, list.KeyId) != _heldRevocations && list.Sequence >= _heldRevocations.Sequence)
            {
                _heldRevocations = (list.Sequence, list.KeyId);
                await socket.SendAsync(new RevocationsMessage(list), cancel);
            }

            // An edge that holds a higher one is not told a lower: the store is behind it, and a leader will see to that.
            if (notices.PointerFor(identity.Region, identity.Name) is { } pointer && !IsSame(pointer, _told) && pointer.Sequence >= Volatile.Read(ref _heldSequence))
            {
                _told = pointer;
                registry.Heard(identity, this, report => report.AnswerSequence == pointer.Sequence && report.Answer == EdgeAnswer.Ack ? report : report with { Answer = EdgeAnswer.Pending, Reason = null });
                await socket.SendAsync(new PointerMessage(Guid.NewGuid().ToString("N"), pointer), cancel);
            }

            if (notices.Probe is { } question && question.Nonce != asked && question.Edges.Contains(Cohort.Edge(identity.Region, identity.Name)))
            {
                asked = question.Nonce;
                await socket.SendAsync(new SelfProbeMessage(question.Nonce), cancel);
            }
        }
    }

    private async Task SendHeartbeatsAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(FleetProtocol.HeartbeatEvery);
        do
        {
            await socket.SendAsync(new PlaneHeartbeat(mirror.Current.Revision, (long)store.ContactAge.TotalMilliseconds), cancel);
        }
        while (await timer.WaitForNextTickAsync(cancel));
    }

    private async Task ReceiveAsync(CancellationToken cancel)
    {
        while (await socket.ReceiveAsync(cancel) is { } message)
        {
            registry.Heard(identity, this, known => Told(known, message));
        }
    }

    private EdgeReport Told(EdgeReport known, FleetMessage message)
    {
        switch (message)
        {
            case EdgeAck ack:
                Volatile.Write(ref _heldSequence, Math.Max(_heldSequence, ack.Sequence));
                var taken = _told is { } told && told.Sequence == ack.Sequence ? told : null;
                return known with
                {
                    Answer = EdgeAnswer.Ack,
                    AnswerSequence = ack.Sequence,
                    Sequence = Math.Max(known.Sequence, ack.Sequence),
                    Held = taken ?? known.Held,

                    // Known at once: the next heartbeat, which says it too, is seconds away.
                    Bundle = taken is null ? known.Bundle : BundleReader.Pointer(taken).Bundle,
                    Revision = Short(ack.Revision),
                    Reason = null,
                };
            case EdgeNack nack:
                return known with { Answer = EdgeAnswer.Nack, AnswerSequence = nack.Sequence, Revision = nack.Revision is { } revision ? Short(revision) : null, Reason = Cut(nack.Reason, FleetProtocol.ReasonLettersMax) };
            case EdgeHeartbeat heartbeat:
                return known with
                {
                    // One process never goes back: a smaller number was on its way when the ACK was written.
                    Sequence = Math.Max(known.Sequence, heartbeat.Sequence),
                    Revision = heartbeat.Revision is { } serves ? Short(serves) : null,
                    Bundle = BundleFormat.IsDigest(heartbeat.Bundle) ? heartbeat.Bundle : null,
                    Revocations = heartbeat.Revocations,
                    Draining = heartbeat.Draining,
                    TrustedKeys = Keys(heartbeat.TrustedKeys),
                    SignedBy = Keys(heartbeat.SignedBy),
                };
            case EdgeSample sample when BundleFormat.IsDigest(sample.Bundle) && sample.Tenants.Count <= FleetProtocol.SampleTenantsMax && sample.Latency.Count <= LatencyBuckets.Count:
                return known with { Sample = sample };
            case RevocationsAck { Problem: null } ack:
                return known with { Revocations = ack.Sequence };
            case SelfProbeResult result:
                return known with { Probe = Short(result.Nonce), ProbeFailures = [.. result.Failures.Take(FleetProtocol.ProbeFailuresMax).Select(failure => Cut(failure, LineLettersMax))] };
            default:
                return known;
        }
    }

    private const int FormatsShownMax = 8;
    private const int KeysShownMax = 8;
    private const int LineLettersMax = 300;
    private const int NameLettersMax = 64;

    private static bool IsSame(SignedDocument pointer, SignedDocument? told) =>
        told is not null && told.Sequence == pointer.Sequence && told.Signature.AsSpan().SequenceEqual(pointer.Signature);

    private static IReadOnlyList<string> Keys(IReadOnlyList<string>? ids) => ids is null ? [] : [.. ids.Take(KeysShownMax).Select(Short)];

    private static string Short(string text) => Cut(text, NameLettersMax);

    private static string Cut(string text, int letters) => text.Length <= letters ? text : text[..letters];
}
