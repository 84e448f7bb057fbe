namespace GlobalGateway.Cql.Connections;

/// <summary>Which streams of a connection wait for answers. Its owner locks.</summary>
/// <remarks>
/// A stream whose request timed out stays taken until its late answer has come: an answer that was taken for another request's would be
/// worse than none.
/// </remarks>
internal sealed class StreamTable(int requestsMax)
{
    /// <summary>Of streams whose late answers are still to come; with more the connection is not worth keeping.</summary>
    public int OrphansMax { get; } = Math.Max(requestsMax / 4, 16);

    private readonly PendingAnswer?[] _pending = new PendingAnswer?[Math.Min(requestsMax + Math.Max(requestsMax / 4, 16) + OwnRequestsMax, short.MaxValue)];
    private readonly Stack<short> _free = new();

    /// <summary>Heartbeats and the handshake's.</summary>
    private const int OwnRequestsMax = 2;

    private int _opened;

    public int Orphans { get; private set; }

    public int Count { get; private set; }

    public PendingAnswer? TryOpen(long offset)
    {
        if (!_free.TryPop(out var stream))
        {
            if (_opened == _pending.Length)
            {
                return null;
            }

            stream = (short)_opened++;
        }

        Count++;
        return _pending[stream] = new PendingAnswer(stream, offset);
    }

    /// <returns>Null when nothing was asked on this stream.</returns>
    public PendingAnswer? Close(short stream)
    {
        if (stream < 0 || stream >= _pending.Length || _pending[stream] is not { } pending)
        {
            return null;
        }

        _pending[stream] = null;
        _free.Push(stream);
        Count--;
        Orphans -= pending.IsOrphan ? 1 : 0;
        return pending;
    }

    /// <returns>Whether its answer is still to come.</returns>
    public bool Orphan(PendingAnswer pending)
    {
        if (_pending[pending.Stream] != pending)
        {
            return false;
        }

        pending.IsOrphan = true;
        Orphans++;
        return true;
    }

    public PendingAnswer[] CloseAll()
    {
        PendingAnswer[] all = [.. _pending.OfType<PendingAnswer>()];
        Array.Clear(_pending);
        Count = 0;
        return all;
    }
}
