using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using GlobalGateway.Cql.Wire;

namespace GlobalGateway.Cql.Connections;

/// <summary>One connection to a node, with many requests at once, whose answers come in any order.</summary>
/// <remarks>
/// Requests are copied into a pipe under a short lock and sent by one task in as few writes as it can; another task reads answers.
/// A request of which no byte was handed to the system when the connection ended is known not to have happened; all others may have.
/// </remarks>
internal sealed class CqlConnection : IAsyncDisposable
{
    /// <summary>Of requests that were not sent yet.</summary>
    public const int UnsentBytesMax = 16 * 1024 * 1024;

    /// <summary>Nothing was received for so long: the node is asked whether it is there.</summary>
    public static readonly TimeSpan HeartbeatAfter = TimeSpan.FromMilliseconds(500);

    /// <summary>A heartbeat is unanswered for so long: other connections come first.</summary>
    public static readonly TimeSpan SuspectAfter = TimeSpan.FromMilliseconds(250);

    private const int SegmentBytes = 16 * 1024;

    private readonly Stream _stream;
    private readonly CqlOptions _options;
    private readonly TimeProvider _clock;
    private readonly PipeReader _incoming;
    private readonly Pipe _outgoing = new(new PipeOptions(pauseWriterThreshold: 0, minimumSegmentSize: SegmentBytes, useSynchronizationContext: false));
    private readonly Lock _gate = new();
    private readonly StreamTable _streams;
    private readonly SemaphoreSlim _slots;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<CqlException> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _running;

    private long _givenBytes;
    private long _takenBytes;
    private long _receivedAt;
    private long _heartbeatAt;
    private int _waiting;
    private volatile bool _hasTimedOut;

    public CqlConnection(Stream stream, EndPoint node, CqlOptions options, TimeProvider clock)
    {
        _stream = stream;
        Node = node;
        _options = options;
        _clock = clock;
        _streams = new StreamTable(options.RequestsPerConnectionMax);
        _slots = new SemaphoreSlim(options.RequestsPerConnectionMax, options.RequestsPerConnectionMax);
        _incoming = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: SegmentBytes, leaveOpen: true));
        _receivedAt = clock.GetTimestamp();
        _running = Task.WhenAll(Task.Run(SendAsync), Task.Run(ReceiveAsync), Task.Run(HeartbeatAsync));
    }

    public EndPoint Node { get; }

    /// <summary>Ends with the connection, with the reason; never fails.</summary>
    public Task<CqlException> Closed => _closed.Task;

    public bool IsOpen => !_closed.Task.IsCompleted;

    public bool IsFull => _slots.CurrentCount == 0;

    /// <summary>Requests without an answer, those included that nobody waits for.</summary>
    public int InFlight => _streams.Count;

    /// <summary>The node is behind with its answers.</summary>
    public bool IsSuspect =>
        _hasTimedOut || (Interlocked.Read(ref _heartbeatAt) is var since && since != 0 && _clock.GetElapsedTime(since) >= SuspectAfter);

    /// <exception cref="CqlException">There is no answer; whether something was sent is in its type.</exception>
    public async ValueTask<CqlResponse> AskAsync(FrameWriter request, TimeSpan timeout, CancellationToken cancel)
    {
        var begun = _clock.GetTimestamp();
        if (!_slots.Wait(0, CancellationToken.None))
        {
            await WaitForSlotAsync(timeout, cancel);
        }

        try
        {
            var pending = Send(request);
            var left = timeout - _clock.GetElapsedTime(begun);
            return await WaitAsync(pending, left > TimeSpan.Zero ? left : TimeSpan.Zero, cancel);
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Close(CqlException reason)
    {
        PendingAnswer[] pending;
        long taken;
        lock (_gate)
        {
            if (!_closed.TrySetResult(reason))
            {
                return;
            }

            pending = _streams.CloseAll();
            taken = _takenBytes;
        }

        foreach (var answer in pending)
        {
            answer.Fail(answer.Offset >= taken ? NothingSent(reason) : Unanswered(reason));
        }

        _stop.Cancel();
        _stream.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        Close(new CqlNoNodeException($"the session with {Node} was ended"));
        await _running;
        await _outgoing.Writer.CompleteAsync();
        await _outgoing.Reader.CompleteAsync();
        await _incoming.CompleteAsync();
        // The semaphore and the source hold nothing of the system's here, and requests that just failed still let go of them.
        await _stream.DisposeAsync();
    }

    private async ValueTask WaitForSlotAsync(TimeSpan timeout, CancellationToken cancel)
    {
        if (Interlocked.Increment(ref _waiting) > _options.RequestsPerConnectionMax)
        {
            Interlocked.Decrement(ref _waiting);
            throw new CqlBusyException($"{_options.RequestsPerConnectionMax} requests wait for answers of {Node} and as many to be sent");
        }

        try
        {
            if (!await _slots.WaitAsync(timeout, cancel))
            {
                throw new CqlBusyException($"{_options.RequestsPerConnectionMax} requests waited for answers of {Node} for {timeout.TotalMilliseconds:0} ms");
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private PendingAnswer Send(FrameWriter request)
    {
        lock (_gate)
        {
            if (_closed.Task.IsCompleted)
            {
                throw NothingSent(_closed.Task.Result);
            }

            if (_givenBytes - _takenBytes + request.Length > UnsentBytesMax)
            {
                throw new CqlBusyException($"{_givenBytes - _takenBytes} bytes wait to be sent to {Node}");
            }

            var pending = _streams.TryOpen(_givenBytes) ?? throw new CqlBusyException($"no stream to {Node} is free");
            _outgoing.Writer.Write(request.Finish(pending.Stream));
            _givenBytes += request.Length;
            // Never waits: the pipe has no threshold; what it holds is bounded above.
            _ = _outgoing.Writer.FlushAsync(CancellationToken.None).AsTask();
            return pending;
        }
    }

    private async ValueTask<CqlResponse> WaitAsync(PendingAnswer pending, TimeSpan timeout, CancellationToken cancel)
    {
        try
        {
            return await pending.Task.WaitAsync(timeout, _clock, cancel);
        }
        catch (TimeoutException)
        {
            if (!Abandon(pending))
            {
                return await pending.Task;
            }

            _hasTimedOut = true;
            throw new CqlNoAnswerException($"{Node} did not answer within {timeout.TotalMilliseconds:0} ms");
        }
        catch (OperationCanceledException)
        {
            Abandon(pending);
            throw;
        }
    }

    /// <returns>Whether the answer is still to come.</returns>
    private bool Abandon(PendingAnswer pending)
    {
        bool isTooMany;
        lock (_gate)
        {
            if (!_streams.Orphan(pending))
            {
                return false;
            }

            isTooMany = _streams.Orphans > _streams.OrphansMax;
        }

        if (isTooMany)
        {
            Close(new CqlNoAnswerException($"{Node} owes more than {_streams.OrphansMax} answers that nobody waits for any more"));
        }

        return true;
    }

    private async Task SendAsync()
    {
        try
        {
            while (true)
            {
                var read = await _outgoing.Reader.ReadAsync(_stop.Token);
                lock (_gate)
                {
                    _takenBytes += read.Buffer.Length;
                }

                foreach (var segment in read.Buffer)
                {
                    await _stream.WriteAsync(segment, _stop.Token);
                }

                await _stream.FlushAsync(_stop.Token);
                _outgoing.Reader.AdvanceTo(read.Buffer.End);
            }
        }
        catch (Exception e)
        {
            Close(Ended(e));
        }
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                var read = await _incoming.ReadAsync(_stop.Token);
                Interlocked.Exchange(ref _receivedAt, _clock.GetTimestamp());
                Interlocked.Exchange(ref _heartbeatAt, 0);
                _hasTimedOut = false;
                var rest = read.Buffer;
                while (TryReadFrame(ref rest))
                {
                }

                _incoming.AdvanceTo(rest.Start, rest.End);
                if (read.IsCompleted)
                {
                    Close(new CqlNoAnswerException($"{Node} closed the connection"));
                    return;
                }
            }
        }
        catch (CqlProtocolException e)
        {
            Close(e);
        }
        catch (Exception e)
        {
            Close(Ended(e));
        }
    }

    private bool TryReadFrame(ref ReadOnlySequence<byte> rest)
    {
        if (rest.Length < FrameHeader.Bytes)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[FrameHeader.Bytes];
        rest.Slice(0, FrameHeader.Bytes).CopyTo(bytes);
        var header = FrameHeader.Read(bytes, _options.FrameBytesMax);
        if (rest.Length < FrameHeader.Bytes + header.BodyBytes)
        {
            return false;
        }

        var body = rest.Slice(FrameHeader.Bytes, header.BodyBytes);
        rest = rest.Slice(body.End);
        var response = ResponseDecoder.Decode(header, body.IsSingleSegment && !ResponseDecoder.KeepsBody(header.Opcode) ? body.First : body.ToArray());
        if (header.Stream == FrameHeader.EventStream)
        {
            return true;
        }

        PendingAnswer? pending;
        lock (_gate)
        {
            pending = _streams.Close(header.Stream);
        }

        if (pending is null && IsOpen)
        {
            throw new CqlProtocolException($"{Node} answers on stream {header.Stream}, on which nothing was asked");
        }

        pending?.Answer(response);
        return true;
    }

    private async Task HeartbeatAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(HeartbeatAfter, _clock);
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                if (_clock.GetElapsedTime(Interlocked.Read(ref _receivedAt)) < HeartbeatAfter)
                {
                    continue;
                }

                var asked = _clock.GetTimestamp();
                Interlocked.Exchange(ref _heartbeatAt, asked);
                PendingAnswer pending;
                using (var frame = RequestFrames.Options())
                {
                    pending = Send(frame);
                }

                try
                {
                    await WaitAsync(pending, _options.ConnectTimeout, _stop.Token);
                }
                catch (CqlNoAnswerException) when (Interlocked.Read(ref _receivedAt) > asked)
                {
                    // It answers others: it is slow, not gone.
                }
            }
        }
        catch (Exception e)
        {
            Close(e as CqlException ?? Ended(e));
        }
    }

    private CqlNoAnswerException Ended(Exception e) => new($"the connection to {Node} ended: {e.Message}", e);

    private static CqlNoNodeException NothingSent(CqlException reason) => new($"nothing was sent: {reason.Message}", reason);

    private static CqlException Unanswered(CqlException reason) =>
        reason is CqlProtocolException ? new CqlProtocolException(reason.Message) : new CqlNoAnswerException(reason.Message, reason);
}
