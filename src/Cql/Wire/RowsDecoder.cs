namespace GlobalGateway.Cql.Wire;

/// <summary>Makes rows and prepared statements of a result's body.</summary>
internal static class RowsDecoder
{
    /// <summary>A row costs more memory than the few bytes it can have on the wire.</summary>
    public const int RowsMax = 100_000;

    /// <summary>Of types within types.</summary>
    public const int TypeDepthMax = 8;

    private const int GlobalTable = 0x1;
    private const int MorePages = 0x2;
    private const int NoMetadata = 0x4;

    /// <summary>A name and a type.</summary>
    private const int ColumnBytesMin = 4;

    public static CqlRows Rows(ref BodyReader reader)
    {
        var flags = reader.Int32();
        var columns = reader.Count(itemBytesMin: (flags & NoMetadata) != 0 ? sizeof(int) : ColumnBytesMin);
        var pagingState = (flags & MorePages) != 0 ? reader.Bytes() : null;
        if ((flags & NoMetadata) != 0)
        {
            throw new CqlProtocolException("the rows come without the names of their columns, which were asked for");
        }

        var places = new Dictionary<string, int>(columns, StringComparer.Ordinal);
        foreach (var column in Columns(ref reader, flags, columns))
        {
            places[column.Name] = places.Count;
        }

        if (places.Count != columns)
        {
            throw new CqlProtocolException("two columns of the rows have the same name");
        }

        return new CqlRows(Rows(ref reader, places), pagingState ?? default);
    }

    public static PreparedResponse Prepared(ref BodyReader reader)
    {
        var id = reader.ShortBytes();
        var flags = reader.Int32();
        var parameters = reader.Count(ColumnBytesMin);
        reader.Take(checked(reader.Count(sizeof(ushort)) * sizeof(ushort)));
        // The columns of its rows follow; each answer has them again, so that a change of the table cannot mislead.
        return id.IsEmpty ? throw new CqlProtocolException("a prepared statement has no id") : new PreparedResponse(id, Columns(ref reader, flags, parameters));
    }

    private static CqlRow[] Rows(ref BodyReader reader, Dictionary<string, int> places)
    {
        var count = reader.Int32();
        if (count < 0 || count > RowsMax || (long)count * Math.Max(places.Count, 1) * sizeof(int) > reader.Left)
        {
            throw new CqlProtocolException($"the answer says {count} rows of {places.Count} columns follow where {reader.Left} bytes are left");
        }

        var rows = new CqlRow[count];
        for (var i = 0; i < count; i++)
        {
            var values = new ReadOnlyMemory<byte>?[places.Count];
            for (var place = 0; place < values.Length; place++)
            {
                values[place] = reader.Bytes();
            }

            rows[i] = new CqlRow(places, values);
        }

        return rows;
    }

    private static CqlColumn[] Columns(ref BodyReader reader, int flags, int count)
    {
        var hasOneTable = (flags & GlobalTable) != 0;
        if (hasOneTable)
        {
            SkipTable(ref reader);
        }

        var columns = new CqlColumn[count];
        for (var i = 0; i < count; i++)
        {
            if (!hasOneTable)
            {
                SkipTable(ref reader);
            }

            columns[i] = new CqlColumn(reader.String(), Type(ref reader, TypeDepthMax));
        }

        return columns;
    }

    private static void SkipTable(ref BodyReader reader)
    {
        reader.SkipString();
        reader.SkipString();
    }

    private static CqlTypeCode Type(ref BodyReader reader, int depthLeft)
    {
        if (depthLeft == 0)
        {
            throw new CqlProtocolException($"a type has more than {TypeDepthMax} types within each other");
        }

        var type = (CqlTypeCode)reader.UInt16();
        switch (type)
        {
            case CqlTypeCode.Custom:
                reader.SkipString();
                break;
            case CqlTypeCode.List or CqlTypeCode.Set:
                Type(ref reader, depthLeft - 1);
                break;
            case CqlTypeCode.Map:
                Type(ref reader, depthLeft - 1);
                Type(ref reader, depthLeft - 1);
                break;
            case CqlTypeCode.UserDefined:
                SkipTable(ref reader);
                for (var left = reader.ShortCount(ColumnBytesMin); left > 0; left--)
                {
                    reader.SkipString();
                    Type(ref reader, depthLeft - 1);
                }

                break;
            case CqlTypeCode.Tuple:
                for (var left = reader.ShortCount(sizeof(ushort)); left > 0; left--)
                {
                    Type(ref reader, depthLeft - 1);
                }

                break;
            case >= CqlTypeCode.Ascii and <= CqlTypeCode.Int or >= CqlTypeCode.Timestamp and <= CqlTypeCode.Duration:
                break;
            default:
                throw new CqlProtocolException($"type 0x{(ushort)type:X4} is unknown");
        }

        return type;
    }
}
