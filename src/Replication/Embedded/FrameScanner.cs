using System.Buffers;
using GlobalGateway.Replication.Ledger;
using Microsoft.Win32.SafeHandles;

namespace GlobalGateway.Replication.Embedded;

/// <summary>Reads the frames of a file one after the other, up to its end or a torn one.</summary>
internal sealed class FrameScanner(SafeFileHandle file, long position) : IDisposable
{
    private const int FirstRead = 16 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstRead);
    private int _from;
    private int _until;

    /// <summary>After the last whole frame.</summary>
    public long Position { get; private set; } = position;

    /// <summary>The frame's bytes; valid until the next call.</summary>
    public bool TryNext(out ReadOnlySpan<byte> payload)
    {
        while (true)
        {
            var bytes = _buffer.AsSpan(_from.._until);
            var length = Frame.PayloadLength(bytes);
            if (length >= 0)
            {
                payload = bytes.Slice(Frame.HeaderBytes, length);
                _from += Frame.HeaderBytes + length;
                Position += Frame.HeaderBytes + length;
                return true;
            }

            var declared = Frame.DeclaredLength(bytes);
            var whole = declared >= 0 && bytes.Length >= Frame.HeaderBytes + declared;
            var foreign = declared < 0 && bytes.Length >= Frame.HeaderBytes;
            if (whole || foreign || !Fill(Frame.HeaderBytes + Math.Max(declared, 0)))
            {
                payload = default;
                return false;
            }
        }
    }

    /// <summary>Cuts off what is behind the last whole frame; only for the holder of the file's lock.</summary>
    /// <exception cref="LedgerCorruptException">It is not a torn end: whole records follow, or more bytes than one record has.</exception>
    public void CutTornEnd(string path)
    {
        var rest = RandomAccess.GetLength(file) - Position;
        if (rest <= 0)
        {
            return;
        }

        if (rest > Frame.HeaderBytes + EmbeddedLimits.RecordBytesMax || HasFrame((int)rest))
        {
            throw new LedgerCorruptException($"{path} is damaged at byte {Position}: what follows is not the torn end of a last record. Restore the region with a new generation.");
        }

        RandomAccess.SetLength(file, Position);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private bool HasFrame(int length)
    {
        var bytes = new byte[length];
        var read = RandomAccess.Read(file, bytes, Position);
        for (var at = 1; at + Frame.HeaderBytes <= read; at++)
        {
            if (Frame.PayloadLength(bytes.AsSpan(at, read - at)) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    // False when the file has nothing more.
    private bool Fill(int need)
    {
        var kept = _until - _from;
        if (_buffer.Length < need || _from > 0)
        {
            var larger = _buffer.Length < need ? ArrayPool<byte>.Shared.Rent(need) : _buffer;
            _buffer.AsSpan(_from, kept).CopyTo(larger);
            if (larger != _buffer)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = larger;
            }

            (_from, _until) = (0, kept);
        }

        var read = RandomAccess.Read(file, _buffer.AsSpan(_until), Position + kept);
        _until += read;
        return read > 0;
    }
}
