using System.Net;
using System.Net.Sockets;
using GlobalGateway.LocalFleet.Cassandra;

namespace GlobalGateway.Testing.Cassandra;

/// <summary>Finds loopback addresses on which no node runs: several test processes may start clusters at once.</summary>
internal static class CassandraAddresses
{
    private const int TriesMax = 100;

    /// <summary>127.x.y.1 and on, of one random network.</summary>
    public static IPAddress[] Next(int count)
    {
        for (var tries = 0; tries < TriesMax; tries++)
        {
            var (x, y) = ((byte)Random.Shared.Next(100, 251), (byte)Random.Shared.Next(1, 255));
            IPAddress[] addresses = [.. Enumerable.Range(1, count).Select(node => new IPAddress([127, x, y, (byte)node]))];
            if (addresses.All(IsFree))
            {
                return addresses;
            }
        }

        throw new InvalidOperationException($"No free loopback network in {TriesMax} tries.");
    }

    private static bool IsFree(IPAddress address)
    {
        try
        {
            foreach (var port in (ReadOnlySpan<int>)[CassandraNode.StoragePort, CassandraNode.CqlPort])
            {
                using var listener = new TcpListener(address, port);
                listener.Start();
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
