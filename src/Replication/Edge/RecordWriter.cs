using System.Buffers.Binary;
using System.Text;
using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.Replication.Edge;

/// <summary>Encodes one journal record: integers of variable length, text as UTF-8 with its length first.</summary>
internal ref struct RecordWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;
    private int _at;

    public readonly ReadOnlySpan<byte> Written => _buffer[.._at];

    public void Kind(BookRecordKind kind) => _buffer[_at++] = (byte)kind;

    public void Flag(bool value) => _buffer[_at++] = value ? (byte)1 : (byte)0;

    /// <summary>Seven bits a byte, the sign in the lowest bit.</summary>
    public void Number(long value)
    {
        var bits = (ulong)((value << 1) ^ (value >> 63));
        while (bits >= 0x80)
        {
            _buffer[_at++] = (byte)(bits | 0x80);
            bits >>= 7;
        }

        _buffer[_at++] = (byte)bits;
    }

    public void Vector(SpendVector value)
    {
        Number(value.Requests);
        Number(value.Tokens);
        Number(value.NanoDollars);
    }

    public void Text(string? text)
    {
        var length = text is null ? -1 : Encoding.UTF8.GetBytes(text, _buffer[(_at + 2)..]);
        BinaryPrimitives.WriteInt16LittleEndian(_buffer[_at..], checked((short)length));
        _at += 2 + Math.Max(length, 0);
    }
}
