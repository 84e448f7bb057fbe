using System.Buffers.Binary;
using System.Text;

namespace GlobalGateway.Cql.Wire;

/// <summary>Reads the protocol's notations from a body and never past its end.</summary>
/// <remarks>Whatever the body says of lengths and counts is compared with the bytes that are left before anything of that size is allocated.</remarks>
internal ref struct BodyReader(ReadOnlyMemory<byte> body)
{
    private ReadOnlyMemory<byte> _rest = body;

    public readonly int Left => _rest.Length;

    public byte Byte() => Take(1).Span[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(sizeof(ushort)).Span);

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)).Span);

    public string String() => Text(UInt16());

    public void SkipString() => Take(UInt16());

    public ReadOnlyMemory<byte> ShortBytes() => Take(UInt16());

    /// <summary>Null for a negative length, which the protocol has for "no value".</summary>
    public ReadOnlyMemory<byte>? Bytes() => Int32() is var length && length >= 0 ? Take(length) : (ReadOnlyMemory<byte>?)null;

    /// <param name="itemBytesMin">The least that one item takes.</param>
    public int Count(int itemBytesMin) => Checked(Int32(), itemBytesMin);

    public int ShortCount(int itemBytesMin) => Checked(UInt16(), itemBytesMin);

    public ReadOnlyMemory<byte> Take(int length)
    {
        if (length < 0 || length > _rest.Length)
        {
            throw new CqlProtocolException($"the answer says {length} bytes follow where {_rest.Length} are left");
        }

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    private string Text(int length) => Encoding.UTF8.GetString(Take(length).Span);

    private readonly int Checked(int count, int itemBytesMin) => count >= 0 && count <= _rest.Length / itemBytesMin
        ? count
        : throw new CqlProtocolException($"the answer says {count} items follow where {_rest.Length} bytes are left");
}
