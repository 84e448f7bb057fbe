using System.Text;

namespace GlobalGateway.Cql.Wire;

/// <summary>Makes the requests' frames.</summary>
internal static class RequestFrames
{
    /// <summary>Of the queries that the client itself sends, which nobody prepares.</summary>
    public const int OwnPageSize = 1_000;

    private const byte HasValues = 0x01;
    private const byte HasPageSize = 0x04;
    private const byte HasPagingState = 0x08;
    private const byte HasSerialConsistency = 0x10;
    private const byte HasTimestamp = 0x20;
    private const byte Unlogged = 1;
    private const byte ByPreparedId = 1;

    public static FrameWriter Startup()
    {
        var frame = new FrameWriter(CqlOpcode.Startup);
        frame.UInt16(1);
        frame.String("CQL_VERSION");
        frame.String("3.0.0");
        return frame;
    }

    public static FrameWriter Options() => new(CqlOpcode.Options);

    /// <summary>SASL plain.</summary>
    public static FrameWriter AuthResponse(CqlCredentials credentials)
    {
        var frame = new FrameWriter(CqlOpcode.AuthResponse);
        frame.Bytes(Encoding.UTF8.GetBytes($"\0{credentials.User}\0{credentials.Password}"));
        return frame;
    }

    public static FrameWriter Prepare(string text)
    {
        var frame = new FrameWriter(CqlOpcode.Prepare);
        frame.LongString(text);
        return frame;
    }

    public static FrameWriter Query(string text, CqlConsistency consistency)
    {
        var frame = new FrameWriter(CqlOpcode.Query);
        frame.LongString(text);
        frame.UInt16((ushort)consistency);
        frame.Byte(HasPageSize);
        frame.Int32(OwnPageSize);
        return frame;
    }

    public static FrameWriter Execute(CqlCall call, PreparedResponse prepared)
    {
        var statement = call.Statement;
        var frame = new FrameWriter(CqlOpcode.Execute);
        try
        {
            frame.ShortBytes(prepared.Id.Span);
            frame.UInt16((ushort)statement.Consistency);
            frame.Byte((byte)((prepared.Parameters.Length > 0 ? HasValues : 0) | HasPageSize | (call.PagingState.IsEmpty ? 0 : HasPagingState)
                | (statement.SerialConsistency is null ? 0 : HasSerialConsistency) | (call.DefaultTimestamp is null ? 0 : HasTimestamp)));
            if (prepared.Parameters.Length > 0 || call.Values.Count > 0)
            {
                ValueWriter.Write(frame, call, prepared.Parameters);
            }

            frame.Int32(statement.PageSize);
            if (!call.PagingState.IsEmpty)
            {
                frame.Bytes(call.PagingState.Span);
            }

            if (statement.SerialConsistency is { } serial)
            {
                frame.UInt16((ushort)serial);
            }

            if (call.DefaultTimestamp is { } timestamp)
            {
                frame.Int64(timestamp);
            }

            return frame;
        }
        catch
        {
            frame.Dispose();
            throw;
        }
    }

    public static FrameWriter Batch(CqlBatch batch, IReadOnlyList<PreparedResponse> prepared)
    {
        var frame = new FrameWriter(CqlOpcode.Batch);
        try
        {
            frame.Byte(Unlogged);
            frame.UInt16(batch.Calls.Count);
            for (var i = 0; i < batch.Calls.Count; i++)
            {
                frame.Byte(ByPreparedId);
                frame.ShortBytes(prepared[i].Id.Span);
                ValueWriter.Write(frame, batch.Calls[i], prepared[i].Parameters);
            }

            frame.UInt16((ushort)batch.Consistency);
            var timestamp = batch.Calls[0].DefaultTimestamp;
            frame.Byte(timestamp is null ? (byte)0 : HasTimestamp);
            if (timestamp is { } microseconds)
            {
                frame.Int64(microseconds);
            }

            return frame;
        }
        catch
        {
            frame.Dispose();
            throw;
        }
    }
}
