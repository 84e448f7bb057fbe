using System.Buffers.Binary;
using System.Text;

namespace GlobalGateway.Cql;

/// <summary>One row: values by the names of their columns, in the protocol's encoding until they are asked for.</summary>
/// <param name="columns">Places by name, the same for all rows of an answer.</param>
/// <param name="values">By place; null where the column has no value.</param>
public sealed class CqlRow(IReadOnlyDictionary<string, int> columns, ReadOnlyMemory<byte>?[] values)
{
    public bool IsNull(string column) => Find(column) is null;

    /// <exception cref="CqlProtocolException">The answer has no such column, no value in it, or one of another length; so every method below.</exception>
    public string Text(string column) => Encoding.UTF8.GetString(Of(column).Span);

    public int Int32(string column) => BinaryPrimitives.ReadInt32BigEndian(Of(column, sizeof(int)));

    public long Int64(string column) => BinaryPrimitives.ReadInt64BigEndian(Of(column, sizeof(long)));

    public bool Boolean(string column) => Of(column, 1)[0] != 0;

    public Guid Guid(string column) => new(Of(column, 16), bigEndian: true);

    public DateTimeOffset Timestamp(string column) => DateTimeOffset.FromUnixTimeMilliseconds(Int64(column));

    public ReadOnlyMemory<byte> Blob(string column) => Of(column);

    /// <summary>A set or list of texts.</summary>
    public IReadOnlyList<string> Texts(string column)
    {
        var rest = Of(column).Span;
        var texts = new string[Count(ref rest, column, itemBytesMin: sizeof(int))];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = Item(ref rest, column);
        }

        return texts;
    }

    /// <summary>A map of texts.</summary>
    public IReadOnlyDictionary<string, string> TextMap(string column)
    {
        var rest = Of(column).Span;
        var count = Count(ref rest, column, itemBytesMin: 2 * sizeof(int));
        var map = new Dictionary<string, string>(count, StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            map[Item(ref rest, column)] = Item(ref rest, column);
        }

        return map;
    }

    private ReadOnlyMemory<byte>? Find(string column) =>
        columns.TryGetValue(column, out var place) ? values[place] : throw new CqlProtocolException($"the answer has no column {column}");

    private ReadOnlyMemory<byte> Of(string column) => Find(column) ?? throw new CqlProtocolException($"column {column} has no value");

    private ReadOnlySpan<byte> Of(string column, int length) =>
        Of(column) is var value && value.Length == length ? value.Span : throw new CqlProtocolException($"column {column} has {value.Length} bytes where {length} are expected");

    private static int Count(ref ReadOnlySpan<byte> rest, string column, int itemBytesMin)
    {
        var count = Length(ref rest, column);
        return count <= rest.Length / itemBytesMin ? count : throw new CqlProtocolException($"column {column} says it has {count} items in {rest.Length} bytes");
    }

    private static string Item(ref ReadOnlySpan<byte> rest, string column)
    {
        var length = Length(ref rest, column);
        if (length > rest.Length)
        {
            throw new CqlProtocolException($"column {column} has an item of {length} bytes in {rest.Length}");
        }

        var item = Encoding.UTF8.GetString(rest[..length]);
        rest = rest[length..];
        return item;
    }

    private static int Length(ref ReadOnlySpan<byte> rest, string column)
    {
        if (rest.Length < sizeof(int) || BinaryPrimitives.ReadInt32BigEndian(rest) is var length && length < 0)
        {
            throw new CqlProtocolException($"column {column} is not a collection of texts");
        }

        rest = rest[sizeof(int)..];
        return length;
    }
}
