using System.Buffers.Binary;
using System.Text;
using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.Replication.Edge;

/// <summary>Decodes what <see cref="RecordWriter"/> encodes; a record that ends too early is damage, not an empty value.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> record)
{
    private readonly ReadOnlySpan<byte> _record = record;
    private int _at;

    public readonly bool AtEnd => _at == _record.Length;

    public BookRecordKind Kind() => (BookRecordKind)Next();

    public bool Flag() => Next() != 0;

    public int Int32() => checked((int)Number());

    public long Number()
    {
        var bits = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var part = Next();
            bits |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return (long)(bits >> 1) ^ -(long)(bits & 1);
            }
        }

        throw Damaged();
    }

    public SpendVector Vector() => new(Number(), Number(), Number());

    public string? Text()
    {
        var length = _record.Length - _at >= 2 ? BinaryPrimitives.ReadInt16LittleEndian(_record[_at..]) : throw Damaged();
        _at += 2;
        if (length < 0)
        {
            return null;
        }

        if (length > _record.Length - _at)
        {
            throw Damaged();
        }

        _at += length;
        return Encoding.UTF8.GetString(_record.Slice(_at - length, length));
    }

    public string RequiredText() => Text() ?? throw Damaged();

    private byte Next() => _at < _record.Length ? _record[_at++] : throw Damaged();

    private static LedgerCorruptException Damaged() => new("a journal record ends within a value");
}
