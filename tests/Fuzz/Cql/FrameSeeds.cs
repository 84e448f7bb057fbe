using System.Net;
using GlobalGateway.Testing.Cassandra;

namespace GlobalGateway.Fuzz.Cql;

/// <summary>Whole frames to begin at: one of every kind of answer and every kind of error.</summary>
internal static class FrameSeeds
{
    private const ushort List = 0x0020;
    private const ushort Map = 0x0021;
    private const ushort Set = 0x0022;
    private const ushort Tuple = 0x0031;
    private const short Stream = 3;

    private static readonly int[] ErrorCodes =
        [0x0000, 0x000A, 0x0100, 0x1000, 0x1001, 0x1002, 0x1003, 0x1100, 0x1200, 0x1300, 0x1400, 0x1500, 0x2000, 0x2100, 0x2200, 0x2300, 0x2400, 0x2500, 0x1700];

    public static IReadOnlyList<byte[]> All { get; } =
    [
        ServerFrames.Ready(Stream),
        ServerFrames.Authenticate(Stream, "org.apache.cassandra.auth.PasswordAuthenticator"),
        ServerFrames.AuthChallenge(Stream),
        ServerFrames.AuthSuccess(Stream),
        ServerFrames.Supported(Stream),
        ServerFrames.SchemaEvent(),
        ServerFrames.Void(Stream),
        ServerFrames.SetKeyspace(Stream),
        ServerFrames.SchemaChange(Stream),
        ServerFrames.Text(Stream, "a text"),
        Scalars(),
        Collections(),
        ServerFrames.Rows(Stream, [("v", [ServerFrames.Varchar])], [.. Enumerable.Range(0, 200).Select(i => (byte[]?[])[i % 3 == 0 ? null : [(byte)i]])], [1, 2, 3, 4, 5, 6, 7, 8]),
        ServerFrames.Local(Stream, Guid.Empty, "us-east"),
        ServerFrames.Peers(Stream, (Guid.Empty, "us-east", new IPEndPoint(IPAddress.Loopback, 9042)), (Guid.Empty, "eu-west", new IPEndPoint(IPAddress.IPv6Loopback, 9042))),
        ServerFrames.Prepared(Stream, new byte[16], ("p", [ServerFrames.Varchar]), ("n", [ServerFrames.Bigint]), ("m", [Map, ServerFrames.Varchar, Set, ServerFrames.Int])),
        ServerFrames.Prepared(Stream, [1]),
        ServerFrames.WithExtras(ServerFrames.Text(Stream, "with a warning")),
        ServerFrames.WithExtras(ServerFrames.Void(Stream)),
        .. ErrorCodes.Select(code => ServerFrames.Error(Stream, code, "Operation timed out - received only 1 responses.")),
        .. RealFrames.All,
    ];

    private static byte[] Scalars() => ServerFrames.Rows(Stream,
        [("v", [ServerFrames.Varchar]), ("i", [ServerFrames.Int]), ("b", [ServerFrames.Bigint]), ("u", [ServerFrames.Uuid]), ("d", [ServerFrames.Blob]), ("a", [ServerFrames.Inet])],
        [
            ["one"u8.ToArray(), ServerFrames.Int32(1), ServerFrames.Int64(1), new byte[16], [0, 255], [127, 0, 0, 1]],
            [null, null, null, null, null, null],
        ]);

    private static byte[] Collections() => ServerFrames.Rows(Stream,
        [("l", [List, ServerFrames.Varchar]), ("m", [Map, ServerFrames.Varchar, ServerFrames.Varchar]), ("t", [Tuple, 2, ServerFrames.Int, List, Set, ServerFrames.Int])],
        [[
            [.. ServerFrames.Int32(2), .. ServerFrames.Bytes("x"u8), .. ServerFrames.Bytes("y"u8)],
            [.. ServerFrames.Int32(1), .. ServerFrames.Bytes("k"u8), .. ServerFrames.Bytes("v"u8)],
            [.. ServerFrames.Int32(4), .. ServerFrames.Int32(1), .. ServerFrames.Int32(-1)],
        ]]);
}
