using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using GlobalGateway.Cql;

namespace GlobalGateway.Testing.Cassandra;

/// <summary>Reads statements from the frames of one connection, both ways, by the protocol's text and not by the client's code.</summary>
/// <param name="texts">Statements by their prepared ids, of all connections: ids are made from the text.</param>
internal sealed class TapDecoder(ConcurrentDictionary<string, string> texts)
{
    private const byte Error = 0x00;
    private const byte Query = 0x07;
    private const byte Result = 0x08;
    private const byte Prepare = 0x09;
    private const byte Execute = 0x0A;
    private const byte Batch = 0x0D;
    private const int PreparedResult = 4;

    private readonly ConcurrentDictionary<short, string> _preparing = new();

    public IEnumerable<TappedStatement> Request(byte[] frame)
    {
        var at = 9;
        switch (frame[4])
        {
            case Prepare:
                _preparing[Stream(frame)] = LongString(frame, ref at);
                return [];
            case Query:
                return [Parameters(frame, ref at, "QUERY", LongString(frame, ref at))];
            case Execute:
                return [Parameters(frame, ref at, "EXECUTE", Prepared(frame, ref at))];
            case Batch:
                return Statements(frame, at);
            default:
                return [];
        }
    }

    public void Answer(byte[] frame)
    {
        var at = 9;
        if (frame[4] is not (Result or Error) || !_preparing.TryRemove(Stream(frame), out var text) || frame[4] == Error)
        {
            return;
        }

        if (Int32(frame, ref at) == PreparedResult)
        {
            texts[Id(frame, ref at)] = text;
        }
    }

    private static TappedStatement Parameters(byte[] frame, ref int at, string kind, string text)
    {
        var consistency = (CqlConsistency)UInt16(frame, ref at);
        var flags = frame[at++];
        if ((flags & 0x01) != 0)
        {
            SkipValues(frame, ref at);
        }

        at += (flags & 0x04) != 0 ? sizeof(int) : 0;
        if ((flags & 0x08) != 0)
        {
            SkipBytes(frame, ref at);
        }

        CqlSerialConsistency? serial = (flags & 0x10) != 0 ? (CqlSerialConsistency)UInt16(frame, ref at) : null;
        return new TappedStatement(kind, text, consistency, serial, (flags & 0x20) != 0);
    }

    private List<TappedStatement> Statements(byte[] frame, int at)
    {
        at++;
        List<string> batch = [];
        for (int left = UInt16(frame, ref at); left > 0; left--)
        {
            batch.Add(frame[at++] == 0 ? LongString(frame, ref at) : Prepared(frame, ref at));
            SkipValues(frame, ref at);
        }

        var consistency = (CqlConsistency)UInt16(frame, ref at);
        var flags = frame[at++];
        CqlSerialConsistency? serial = (flags & 0x10) != 0 ? (CqlSerialConsistency)UInt16(frame, ref at) : null;
        return [.. batch.Select(text => new TappedStatement("BATCH", text, consistency, serial, (flags & 0x20) != 0))];
    }

    private string Prepared(byte[] frame, ref int at) => texts.GetValueOrDefault(Id(frame, ref at), "?");

    private static string Id(byte[] frame, ref int at)
    {
        int length = UInt16(frame, ref at);
        return Convert.ToHexString(frame, (at += length) - length, length);
    }

    private static void SkipValues(byte[] frame, ref int at)
    {
        for (int left = UInt16(frame, ref at); left > 0; left--)
        {
            SkipBytes(frame, ref at);
        }
    }

    private static void SkipBytes(byte[] frame, ref int at)
    {
        var length = Int32(frame, ref at);
        at += Math.Max(length, 0);
    }

    private static string LongString(byte[] frame, ref int at)
    {
        var length = Int32(frame, ref at);
        return Encoding.UTF8.GetString(frame, (at += length) - length, length);
    }

    private static short Stream(byte[] frame) => BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(2));

    private static ushort UInt16(byte[] frame, ref int at) => BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan((at += 2) - 2));

    private static int Int32(byte[] frame, ref int at) => BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan((at += 4) - 4));
}
