using System.Buffers;
using System.Text;
using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.Replication.Embedded;

/// <summary>Encodes a stored record: integers of variable length, text as UTF-8 with its length first.</summary>
internal sealed class FieldWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(128);

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public int Length => _bytes.WrittenCount;

    public FieldWriter Byte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
        return this;
    }

    public FieldWriter Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    /// <summary>Seven bits a byte, the sign in the lowest bit.</summary>
    public FieldWriter Number(long value)
    {
        var span = _bytes.GetSpan(10);
        var bits = (ulong)((value << 1) ^ (value >> 63));
        var at = 0;
        while (bits >= 0x80)
        {
            span[at++] = (byte)(bits | 0x80);
            bits >>= 7;
        }

        span[at++] = (byte)bits;
        _bytes.Advance(at);
        return this;
    }

    public FieldWriter Vector(SpendVector value) => Number(value.Requests).Number(value.Tokens).Number(value.NanoDollars);

    public FieldWriter OptionalVector(SpendVector? value) => value is { } vector ? Flag(true).Vector(vector) : Flag(false);

    public FieldWriter Text(string? text)
    {
        if (text is null)
        {
            return Number(-1);
        }

        var length = Encoding.UTF8.GetByteCount(text);
        Number(length);
        Encoding.UTF8.GetBytes(text, _bytes.GetSpan(Math.Max(length, 1)));
        _bytes.Advance(length);
        return this;
    }

    public FieldWriter Id(Guid id)
    {
        id.TryWriteBytes(_bytes.GetSpan(16));
        _bytes.Advance(16);
        return this;
    }

    public FieldWriter Raw(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }
}
