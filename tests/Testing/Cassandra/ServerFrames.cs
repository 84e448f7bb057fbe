using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace GlobalGateway.Testing.Cassandra;

/// <summary>Frames as a server sends them, written by the protocol's text and not by the client's code.</summary>
public static class ServerFrames
{
    public const ushort Bigint = 0x0002;
    public const ushort Blob = 0x0003;
    public const ushort Int = 0x0009;
    public const ushort Uuid = 0x000C;
    public const ushort Varchar = 0x000D;
    public const ushort Inet = 0x0010;

    public static byte[] Ready(short stream) => Frame(stream, 0x02, []);

    public static byte[] Authenticate(short stream, string authenticator) => Frame(stream, 0x03, String(authenticator));

    public static byte[] AuthChallenge(short stream) => Frame(stream, 0x0E, Bytes("more"u8));

    public static byte[] AuthSuccess(short stream) => Frame(stream, 0x10, Bytes([]));

    public static byte[] Supported(short stream) =>
        Frame(stream, 0x06, [.. UInt16(2), .. String("CQL_VERSION"), .. Strings("3.4.7"), .. String("COMPRESSION"), .. Strings("snappy", "lz4")]);

    public static byte[] SchemaEvent() => Frame(-1, 0x0C, [.. String("SCHEMA_CHANGE"), .. String("CREATED"), .. String("KEYSPACE"), .. String("k")]);

    public static byte[] Void(short stream) => Frame(stream, 0x08, Int32(1));

    public static byte[] SetKeyspace(short stream) => Frame(stream, 0x08, [.. Int32(3), .. String("k")]);

    public static byte[] SchemaChange(short stream) => Frame(stream, 0x08, [.. Int32(5), .. String("CREATED"), .. String("TABLE"), .. String("k"), .. String("t")]);

    /// <param name="columns">Names with types; a type may be several numbers, of a collection.</param>
    public static byte[] Rows(short stream, (string Name, ushort[] Type)[] columns, byte[]?[][] rows, byte[]? pagingState = null) =>
        Frame(stream, 0x08,
        [
            .. Int32(2), .. Int32(0x1 | (pagingState is null ? 0 : 0x2)), .. Int32(columns.Length), .. pagingState is null ? [] : Bytes(pagingState),
            .. String("k"), .. String("t"), .. columns.SelectMany(Column),
            .. Int32(rows.Length), .. rows.SelectMany(row => row.SelectMany(value => value is null ? Int32(-1) : Bytes(value))),
        ]);

    /// <summary>One row of one text.</summary>
    public static byte[] Text(short stream, string text) => Rows(stream, [("v", [Varchar])], [[Encoding.UTF8.GetBytes(text)]]);

    public static byte[] Prepared(short stream, byte[] id, params (string Name, ushort[] Type)[] parameters) =>
        Frame(stream, 0x08,
        [
            .. Int32(4), .. UInt16(id.Length), .. id,
            .. Int32(0x1), .. Int32(parameters.Length), .. Int32(parameters.Length > 0 ? 1 : 0), .. parameters.Length > 0 ? UInt16(0) : [],
            .. String("k"), .. String("t"), .. parameters.SelectMany(Column),
            .. Int32(0x4), .. Int32(0),
        ]);

    /// <summary>An error with whatever the protocol adds to its code.</summary>
    public static byte[] Error(short stream, int code, string message = "because", string writeType = "SIMPLE") => Frame(stream, 0x00,
    [
        .. Int32(code), .. String(message),
        .. code switch
        {
            0x1000 => [.. UInt16(6), .. Int32(2), .. Int32(1)],
            0x1100 => [.. UInt16(6), .. Int32(1), .. Int32(2), .. String(writeType)],
            0x1200 => [.. UInt16(6), .. Int32(1), .. Int32(2), 0],
            0x1300 => [.. UInt16(6), .. Int32(1), .. Int32(2), .. Int32(1), 0],
            0x1400 => [.. String("k"), .. String("f"), .. Strings("int", "text")],
            0x1500 => [.. UInt16(6), .. Int32(1), .. Int32(2), .. Int32(1), .. String(writeType)],
            0x2400 => [.. String("k"), .. String("t")],
            0x2500 => [.. UInt16(2), 1, 2],
            _ => (byte[])[],
        },
    ]);

    /// <summary>As <paramref name="frame"/>, with a trace, warnings and a payload before its body.</summary>
    public static byte[] WithExtras(byte[] frame)
    {
        byte[] extras = [.. new byte[16], .. Strings("this is slow"), .. UInt16(1), .. String("key"), .. Bytes("value"u8)];
        var whole = Frame(BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(2)), frame[4], [.. extras, .. frame.AsSpan(9)]);
        whole[1] = 0x02 | 0x04 | 0x08;
        return whole;
    }

    /// <summary>What <c>system.local</c> says.</summary>
    public static byte[] Local(short stream, Guid hostId, string datacenter) =>
        Rows(stream, [("host_id", [Uuid]), ("data_center", [Varchar])], [[hostId.ToByteArray(bigEndian: true), Encoding.UTF8.GetBytes(datacenter)]]);

    /// <summary>What <c>system.peers_v2</c> says.</summary>
    public static byte[] Peers(short stream, params (Guid HostId, string Datacenter, IPEndPoint Address)[] peers) =>
        Rows(stream, [("host_id", [Uuid]), ("data_center", [Varchar]), ("native_address", [Inet]), ("native_port", [Int])],
        [
            .. peers.Select(peer => (byte[]?[])
            [
                peer.HostId.ToByteArray(bigEndian: true), Encoding.UTF8.GetBytes(peer.Datacenter), peer.Address.Address.GetAddressBytes(), Int32(peer.Address.Port),
            ]),
        ]);

    public static byte[] Frame(short stream, byte opcode, byte[] body)
    {
        var frame = new byte[9 + body.Length];
        frame[0] = 0x84;
        BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(2), stream);
        frame[4] = opcode;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), body.Length);
        body.CopyTo(frame, 9);
        return frame;
    }

    public static byte[] Int32(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Int64(long value)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] UInt16(int value) => [(byte)(value >> 8), (byte)value];

    public static byte[] String(string text) => [.. UInt16(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    public static byte[] Bytes(ReadOnlySpan<byte> value) => [.. Int32(value.Length), .. value];

    private static byte[] Strings(params string[] texts) => [.. UInt16(texts.Length), .. texts.SelectMany(String)];

    private static byte[] Column((string Name, ushort[] Type) column) => [.. String(column.Name), .. column.Type.SelectMany(number => UInt16(number))];
}
