using System.Net;
using GlobalGateway.Cql.Wire;

namespace GlobalGateway.Cql.Connections;

/// <summary>Asks a node who it is and which others it knows.</summary>
internal static class SystemTables
{
    private const string Local = "SELECT host_id, data_center FROM system.local WHERE key='local'";
    private const string Peers = "SELECT host_id, data_center, native_address, native_port FROM system.peers_v2";

    /// <summary>Of servers before 4.0.</summary>
    private const string PeersBefore4 = "SELECT host_id, data_center, rpc_address FROM system.peers";

    public static async ValueTask<NodeIdentity> SelfAsync(CqlConnection connection, IPEndPoint address, TimeSpan timeout, CancellationToken cancel)
    {
        var rows = await AskAsync(connection, Local, timeout, cancel);
        return rows is [{ } row]
            ? new NodeIdentity(row.Guid("host_id"), row.Text("data_center"), address)
            : throw new CqlProtocolException($"system.local of {address} has {rows.Count} rows");
    }

    public static async ValueTask<IReadOnlyList<NodeIdentity>> PeersAsync(CqlConnection connection, int port, TimeSpan timeout, CancellationToken cancel)
    {
        try
        {
            return Known(await AskAsync(connection, Peers, timeout, cancel), "native_address", row => row.Int32("native_port"));
        }
        catch (CqlServerException e) when (e.Code is CqlErrorCode.Invalid)
        {
            return Known(await AskAsync(connection, PeersBefore4, timeout, cancel), "rpc_address", _ => port);
        }
    }

    /// <summary>Without those that have just joined and say little of themselves yet.</summary>
    private static List<NodeIdentity> Known(CqlRows rows, string address, Func<CqlRow, int> port)
    {
        var known = new List<NodeIdentity>(rows.Count);
        foreach (var row in rows)
        {
            if (row.IsNull("host_id") || row.IsNull("data_center") || row.IsNull(address))
            {
                continue;
            }

            known.Add(new NodeIdentity(row.Guid("host_id"), row.Text("data_center"), EndPoint(row.Blob(address).Span, port(row))));
        }

        return known;
    }

    private static IPEndPoint EndPoint(ReadOnlySpan<byte> address, int port) =>
        address.Length is 4 or 16 && port is > 0 and <= IPEndPoint.MaxPort
            ? new IPEndPoint(new IPAddress(address), port)
            : throw new CqlProtocolException($"an address of {address.Length} bytes with port {port} is none");

    private static async ValueTask<CqlRows> AskAsync(CqlConnection connection, string text, TimeSpan timeout, CancellationToken cancel)
    {
        using var frame = RequestFrames.Query(text, CqlConsistency.LocalOne);
        return await connection.AskAsync(frame, timeout, cancel) switch
        {
            RowsResponse answer => answer.Rows,
            ErrorResponse error => throw new CqlServerException(error.Code, $"{connection.Node}: {error.Message}", isAmbiguous: false),
            var other => throw new CqlProtocolException($"{connection.Node} answered a query with {other.GetType().Name}"),
        };
    }
}
