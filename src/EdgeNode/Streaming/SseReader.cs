using System.Buffers;

namespace GlobalGateway.EdgeNode.Streaming;

/// <summary>Cuts a stream of server-sent events (WHATWG HTML, section 9.2) into events without copying them.</summary>
public sealed class SseReader(Stream source) : IDisposable
{
    /// <summary>The largest single event; a larger one is an error of the provider.</summary>
    public const int EventBytesMax = 16 * 1024 * 1024;

    private const int FirstBuffer = 8 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
    private int _start;
    private int _end;
    private int _scanned;
    private bool _begun;

    /// <summary>Bytes that belong to no whole event yet.</summary>
    public bool HasRemainder => _end > _start;

    public bool TooLarge => _end - _start >= EventBytesMax;

    /// <summary>Reads more; 0 at the end of the stream.</summary>
    public async ValueTask<int> FillAsync(CancellationToken cancellation)
    {
        MakeRoom();
        var count = await source.ReadAsync(_buffer.AsMemory(_end), cancellation);
        _end += count;
        return count;
    }

    /// <summary>The next whole event, its blank line included; its spans are valid until the next call of any method.</summary>
    public bool TryNext(out SseEvent next)
    {
        if (!_begun && !Begin())
        {
            next = default;
            return false;
        }

        var unread = _buffer.AsSpan(_start, _end - _start);
        var line = _scanned;
        while (true)
        {
            var length = unread[line..].IndexOfAny((byte)'\n', (byte)'\r');
            if (length < 0)
            {
                break;
            }

            var end = line + length;
            if (unread[end] == '\r')
            {
                if (end + 1 < unread.Length)
                {
                    end += unread[end + 1] == '\n' ? 1 : 0;
                }
                else if (length > 0)
                {
                    // A line feed may follow in the next read; after a blank line it would be one more blank line, which says nothing.
                    break;
                }
            }

            end++;
            if (length == 0)
            {
                next = new SseEvent(unread[..end]);
                _start += end;
                _scanned = 0;
                return true;
            }

            line = end;
        }

        // Whole lines need not be looked at again.
        _scanned = line;
        next = default;
        return false;
    }

    /// <summary>Drops a byte order mark; false while it is not certain whether there is one.</summary>
    private bool Begin()
    {
        var unread = _buffer.AsSpan(_start, _end - _start);
        var mark = "\uFEFF"u8;
        if (unread.Length < mark.Length && mark.StartsWith(unread))
        {
            return false;
        }

        _start += unread.StartsWith(mark) ? mark.Length : 0;
        return _begun = true;
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private void MakeRoom()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }

        if (_end < _buffer.Length)
        {
            return;
        }

        if (_start > 0 && _end - _start < _buffer.Length / 2)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(_start, _end - _start).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        _end -= _start;
        _start = 0;
    }
}
