using System.Net;
using System.Net.Sockets;

namespace GlobalGateway.LocalFleet.Ports;

/// <summary>The loopback ports of one fleet.</summary>
public sealed record FleetPorts(int Api, int Fleet, int Simulator, IReadOnlyList<EdgePorts> Edges)
{
    public const int DefaultBase = 7400;

    /// <summary>Room between two bases, so that fleets side by side do not meet.</summary>
    public const int Span = 100;

    public const int BaseMax = 65_535 - Span;

    /// <summary>The documented scheme: API at the base, fleet +1, simulator +2, edges at +11/+12, +21/+22, +31/+32 and so on.</summary>
    public static FleetPorts FromBase(int portBase, int edges) => new(
        portBase, portBase + 1, portBase + 2,
        [.. Enumerable.Range(1, edges).Select(n => new EdgePorts(portBase + 10 * n + 1, portBase + 10 * n + 2))]);

    /// <summary>Ports that are free now, for fleets that nobody types addresses of.</summary>
    public static FleetPorts Free(int edges)
    {
        var held = new List<Socket>();
        try
        {
            int Next()
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                held.Add(socket);
                socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                return ((IPEndPoint)socket.LocalEndPoint!).Port;
            }

            return new FleetPorts(Next(), Next(), Next(), [.. Enumerable.Range(0, edges).Select(_ => new EdgePorts(Next(), Next()))]);
        }
        finally
        {
            held.ForEach(socket => socket.Dispose());
        }
    }
}

/// <summary>Where one edge serves clients, and where it serves its operators.</summary>
public sealed record EdgePorts(int Public, int Management);
