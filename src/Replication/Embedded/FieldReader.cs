using System.Text;
using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.Replication.Embedded;

/// <summary>Decodes what <see cref="FieldWriter"/> encodes; its checksum was right, so a record it cannot read is a contradiction.</summary>
internal ref struct FieldReader(ReadOnlySpan<byte> record)
{
    private readonly ReadOnlySpan<byte> _record = record;
    private int _at;

    public readonly bool AtEnd => _at == _record.Length;

    public byte Byte() => _at < _record.Length ? _record[_at++] : throw Short();

    public bool Flag() => Byte() != 0;

    public int Int32() => Number() is >= int.MinValue and <= int.MaxValue and var value ? (int)value : throw Short();

    public long Number()
    {
        var bits = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var part = Byte();
            bits |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return (long)(bits >> 1) ^ -(long)(bits & 1);
            }
        }

        throw Short();
    }

    /// <summary>How many items follow; each takes a byte at least.</summary>
    public int Count() => Number() is >= 0 and var count && count <= _record.Length - _at ? (int)count : throw Short();

    public SpendVector Vector() => new(Number(), Number(), Number());

    public SpendVector? OptionalVector() => Flag() ? Vector() : null;

    public string? Text()
    {
        var length = Number();
        if (length < 0)
        {
            return null;
        }

        if (length > _record.Length - _at)
        {
            throw Short();
        }

        _at += (int)length;
        return Encoding.UTF8.GetString(_record.Slice(_at - (int)length, (int)length));
    }

    public string RequiredText() => Text() ?? throw Short();

    public Guid Id()
    {
        if (_record.Length - _at < 16)
        {
            throw Short();
        }

        _at += 16;
        return new Guid(_record.Slice(_at - 16, 16));
    }

    private static LedgerCorruptException Short() => new("a stored record is not what its kind says; was it written by a newer version?");
}
