using System.Buffers;

namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>A growing pooled buffer with a bound.</summary>
public sealed class PooledBytes(int expected) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(expected, 1024));

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, Length);

    /// <summary>Reads to the end of the stream; false when it holds more than <paramref name="bytesMax"/>.</summary>
    public async ValueTask<bool> ReadAllAsync(Stream source, int bytesMax, CancellationToken cancellation)
    {
        while (true)
        {
            if (Length == _buffer.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
                _buffer.AsSpan(0, Length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = larger;
            }

            var read = await source.ReadAsync(_buffer.AsMemory(Length), cancellation);
            if (read == 0)
            {
                return true;
            }

            Length += read;
            if (Length > bytesMax)
            {
                return false;
            }
        }
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            Length = 0;
        }
    }
}
