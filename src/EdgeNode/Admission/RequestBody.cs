using System.Buffers;

namespace GlobalGateway.EdgeNode.Admission;

/// <summary>
/// A whole request body in one pooled buffer, so that it can be sent again to another target. The buffer goes back to the
/// pool only when the request is over and no send reads it any more: HTTP/2 may still be sending when the answer is there.
/// </summary>
public sealed class RequestBody(AdmissionGate gate) : IDisposable
{
    private byte[] _buffer = [];
    private long _reserved;
    private int _users = 1;

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, Length);

    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, Length);

    /// <summary>Room for at least <paramref name="hint"/> more bytes; empty when the edge buffers as much as it may.</summary>
    public Memory<byte> GetRoom(int hint)
    {
        var wanted = Length + hint;
        if (wanted > _buffer.Length)
        {
            var size = (int)Math.Min(Math.Max(wanted, (long)_buffer.Length * 2), Math.Max(wanted, AdmissionLimits.BodyBytesMax + 1));
            if (!gate.TryReserve(size - _reserved))
            {
                return default;
            }

            _reserved = size;
            var larger = ArrayPool<byte>.Shared.Rent(size);
            Span.CopyTo(larger);
            Return();
            _buffer = larger;
        }

        return _buffer.AsMemory(Length);
    }

    public void Advance(int count) => Length += count;

    /// <summary>Keeps the bytes until <see cref="Release"/>; false when they are already gone.</summary>
    public bool TryUse()
    {
        int users;
        do
        {
            users = Volatile.Read(ref _users);
            if (users == 0)
            {
                return false;
            }
        }
        while (Interlocked.CompareExchange(ref _users, users + 1, users) != users);
        return true;
    }

    public void Dispose() => Release();

    public void Release()
    {
        if (Interlocked.Decrement(ref _users) > 0)
        {
            return;
        }

        gate.Release(_reserved);
        _reserved = 0;
        Return();
        _buffer = [];
        Length = 0;
    }

    private void Return()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }
}
