using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace GlobalGateway.Cql.Wire;

/// <summary>Writes one request into a pooled buffer.</summary>
internal sealed class FrameWriter : IDisposable
{
    private const int BytesFirst = 512;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BytesFirst);
    private int _length;

    public FrameWriter(CqlOpcode opcode)
    {
        var header = Grow(FrameHeader.Bytes);
        header.Clear();
        header[0] = FrameHeader.Version;
        header[4] = (byte)opcode;
    }

    public int Length => _length;

    /// <summary>The whole frame, for this stream.</summary>
    public ReadOnlySpan<byte> Finish(short stream)
    {
        BinaryPrimitives.WriteInt16BigEndian(_buffer.AsSpan(2), stream);
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(5), _length - FrameHeader.Bytes);
        return _buffer.AsSpan(0, _length);
    }

    public void Byte(byte value) => Grow(1)[0] = value;

    public void UInt16(int value) => BinaryPrimitives.WriteUInt16BigEndian(Grow(sizeof(ushort)), checked((ushort)value));

    public void Int32(int value) => BinaryPrimitives.WriteInt32BigEndian(Grow(sizeof(int)), value);

    public void Int64(long value) => BinaryPrimitives.WriteInt64BigEndian(Grow(sizeof(long)), value);

    public void String(string text)
    {
        UInt16(Encoding.UTF8.GetByteCount(text));
        Text(text);
    }

    public void LongString(string text)
    {
        Int32(Encoding.UTF8.GetByteCount(text));
        Text(text);
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Int32(value.Length);
        value.CopyTo(Grow(value.Length));
    }

    public void ShortBytes(ReadOnlySpan<byte> value)
    {
        UInt16(value.Length);
        value.CopyTo(Grow(value.Length));
    }

    /// <summary>The next bytes, to be written to.</summary>
    public Span<byte> Grow(int count)
    {
        var length = checked(_length + count);
        if (length > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(length, (int)Math.Min(2L * _buffer.Length, Array.MaxLength)));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        var grown = _buffer.AsSpan(_length, count);
        _length = length;
        return grown;
    }

    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Text(string text) => Encoding.UTF8.GetBytes(text, Grow(Encoding.UTF8.GetByteCount(text)));
}
